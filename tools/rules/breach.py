"""What a rule finds, and the one way to allow it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ALLOWED = re.compile(r"(?:#|<!--)\s*allow (?P<rule>[a-z-]+): \S+")


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
        if breach.rule not in {found["rule"] for line in near for found in _ALLOWED.finditer(line)}:
            yield breach
