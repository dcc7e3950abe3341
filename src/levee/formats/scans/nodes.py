"""Walking JSON whose shape nobody promises: every value knows its place, and a wrong shape reads as nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.formats.strict_json import Json


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a JSON document and its JSON pointer."""

    value: Json
    place: str = ""

    def at(self, *keys: str) -> Node:
        """The value under these keys; null where there is none."""
        value, place = self.value, self.place
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
            place = f"{place}/{_escaped(key)}"
        return Node(value, place)

    def has(self, *keys: str) -> bool:
        """Whether it is an object with all of these keys."""
        return isinstance(self.value, dict) and all(key in self.value for key in keys)

    def text(self, *keys: str) -> str:
        """The text or number under these keys; empty for all else, also for the words that stand for nothing."""
        value = self.at(*keys).value
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return ""
        text = str(value).strip()
        return "" if text in {"None", "null", "N/A", "n/a"} else text

    def texts(self, *keys: str) -> tuple[str, ...]:
        """The texts of a list, or the one text that stands in its place."""
        found = self.at(*keys)
        if isinstance(found.value, list):
            return tuple(text for each in found.each() if (text := each.text()))
        return (text,) if (text := found.text()) else ()

    def each(self, *keys: str) -> Iterator[Node]:
        """The elements of the list under these keys; none where there is no list."""
        found = self.at(*keys)
        if isinstance(found.value, list):
            for number, value in enumerate(found.value):
                yield Node(value, f"{found.place}/{number}")

    def members(self, *keys: str) -> Iterator[tuple[str, Node]]:
        """The names and values of the object under these keys; none where there is no object."""
        found = self.at(*keys)
        if isinstance(found.value, dict):
            for key, value in found.value.items():
                yield key, Node(value, f"{found.place}/{_escaped(key)}")

    @property
    def is_object(self) -> bool:
        """Whether it is an object."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether it is an array."""
        return isinstance(self.value, list)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
