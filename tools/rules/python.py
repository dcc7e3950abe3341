"""Rules over Python sources of `src/levee`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tools.rules.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePosixPath

NOT_SUBSYSTEMS = {"api", "app", "cli", "formats", "kernel", "policy", "settings.py", "web"}
HIDDEN_MANAGERS = {"_base_manager", "_default_manager"}
SIDE_DOORS = {"ModelForm", "ModelSchema", "modelform_factory", "get_list_or_404", "get_object_or_404"}
BUILT_SQL = {"raw", "extra", "RawSQL"}
UNESCAPED = {"SafeData", "SafeString", "mark_safe"}
AMBIENT = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("timezone", "now"),
    ("time", "time"),
    ("time", "time_ns"),
    ("uuid", "uuid1"),
    ("uuid", "uuid4"),
}


def breaches(path: PurePosixPath, text: str) -> Iterator[Breach]:
    """What one module breaks; its path is told from the folder that holds `levee`.

    Raises:
        SyntaxError: it is no Python.
    """
    room = path.parts[1] if len(path.parts) > 1 else ""
    tree = ast.parse(text)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        yield from _managers(node)
        yield from _unescaped(node)
        yield from _unscoped(node, parents, path, room)
        if room != "kernel":
            yield from _ambient(node)
        if room not in {"app", "platform"} and "migrations" not in path.parts:
            yield from _sql(node)


def _managers(node: ast.AST) -> Iterator[Breach]:
    match node:  # User keeps its `objects`: allauth and createsuperuser need them
        case ast.Attribute(attr=name) if name in HIDDEN_MANAGERS:
            yield Breach(node.lineno, "manager", f"`{name}` goes around the scope; use `unscoped` where that is meant")
        case ast.Attribute(value=ast.Name(id=model), attr="objects") if model[:1].isupper() and model != "User":
            yield Breach(node.lineno, "manager", f"`{model}.objects`: models of Levee have none; ask its selectors")
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) if name in SIDE_DOORS:
            yield Breach(_line(node), "manager", f"`{name}` queries a model without its scope; ask a selector")


def _unscoped(node: ast.AST, parents: dict[ast.AST, ast.AST], path: PurePosixPath, room: str) -> Iterator[Breach]:
    if not (isinstance(node, ast.Attribute) and node.attr == "unscoped"):
        return
    if room in NOT_SUBSYSTEMS:
        yield Breach(node.lineno, "unscoped", "only the subsystem that owns a model may reach past its scope")
    elif "selectors" in (path.stem, path.parent.name) and not _is_scoped(node, parents):
        yield Breach(node.lineno, "unscoped", "a selector starts with `.unscoped.filter(SCOPE(actor), ...)`")


def _is_scoped(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether the first filter of the query takes a scope: a call that is given an actor."""
    step = parents.get(node)
    call = parents.get(step) if step is not None else None
    if not (isinstance(step, ast.Attribute) and step.attr == "filter" and isinstance(call, ast.Call)):
        return False
    inside = (part for argument in call.args for part in ast.walk(argument))
    return any(
        isinstance(part, ast.Call)
        and any(getattr(given, "id", getattr(given, "attr", "")) == "actor" for given in part.args)
        for part in inside
    )


def _sql(node: ast.AST) -> Iterator[Breach]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in BUILT_SQL:
            yield Breach(node.lineno, "sql", f"`{name}` builds SQL; write a query, or a function in a migration")
        case ast.Call(func=ast.Attribute(attr="execute" | "executemany"), args=[first, *_]) if not _is_literal(first):
            yield Breach(node.lineno, "sql", "a statement is a literal with parameters")


def _is_literal(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name):
            return name.isupper()  # a constant of its module; ruff holds constants to one assignment
    return False


def _unescaped(node: ast.AST) -> Iterator[Breach]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) if name in UNESCAPED:
            yield Breach(_line(node), "unescaped", f"`{name}`: everything on a page is escaped, by templates only")


def _ambient(node: ast.AST) -> Iterator[Breach]:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name)):
            if (owner, name) in AMBIENT:
                yield Breach(node.lineno, "ambient", f"`{owner}.{name}()`: time and ids are passed in")
        case ast.Call(func=ast.Name(id="uuid1" | "uuid4" as name)):
            yield Breach(node.lineno, "ambient", f"`{name}()`: time and ids are passed in")
        case ast.Import(names=names) if any(alias.name == "random" for alias in names):
            yield Breach(node.lineno, "ambient", "`random`: chance is passed in")
        case ast.ImportFrom(module="random"):
            yield Breach(node.lineno, "ambient", "`random`: chance is passed in")


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 1)
