"""What a rule finds, and the one way to allow it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ALLOWED = re.compile(r"(?:#|<!--)\s*allow (?P<rule>[a-z-]+): \S+")
_BUILT_SQL = re.compile(r"noqa: S608 - \S+")  # ruff asks for the same reason; once is enough


class Breach(NamedTuple):
    """One breach: its line counts from 1."""

    line: int
    rule: str
    message: str


def not_allowed(breaches: Iterable[Breach], text: str) -> Iterator[Breach]:
    """The breaches that no line allows with a reason."""
    lines = text.splitlines()
    for breach in breaches:
        near = lines[max(breach.line - 2, 0) : breach.line]
        allowed = {found["rule"] for line in near for found in _ALLOWED.finditer(line)}
        if any(_BUILT_SQL.search(line) for line in lines[breach.line - 1 : breach.line + 1]):
            allowed.add("sql")
        if breach.rule not in allowed:
            yield breach
