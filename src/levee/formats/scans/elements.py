"""Walking XML whose namespaces differ from one edition to the next: elements are found by names and paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

__all__ = ["child", "children", "inside", "local", "place", "text"]


def local(element: Element) -> str:
    """An element's name without its namespace; empty for a comment."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """The children of that name."""
    return (each for each in element if local(each) == name)


def child(element: Element, *names: str) -> Element | None:
    """The first child at the end of these names; None where there is none."""
    found: Element | None = element
    for name in names:
        found = None if found is None else next(children(found, name), None)
    return found


def inside(element: Element, *names: str) -> Iterator[Element]:
    """All children at the end of these names."""
    if not names:
        yield element
        return
    for each in children(element, names[0]):
        yield from inside(each, *names[1:])


def text(element: Element, *names: str) -> str:
    """The words of the first child at the end of these names; empty where there is none."""
    found = child(element, *names)
    return (found.text or "").strip() if found is not None else ""


def place(number: int, *parts: str) -> str:
    """Where an element stands: what it lies in, and which of its kind it is, counted from 1."""
    return f"{'/'.join(part for part in parts if part)}[{number}]"
