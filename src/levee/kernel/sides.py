"""The two sides of a house: what knows unpublished flaws, and what knows who is exposed. No process is of both."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Side(StrEnum):
    """Which side of the house a process, a job or a page belongs to."""

    CLEARINGHOUSE = "clearinghouse"
    OPERATORS = "operators"


APPS: Final[Mapping[Side, frozenset[str]]] = {
    Side.CLEARINGHOUSE: frozenset(
        {"findings", "scanning", "validation", "clustering", "campaigns", "cases", "fixes", "advisories", "frontier"}
    ),
    Side.OPERATORS: frozenset({"inventory", "feeds", "exposure", "alerts", "directives"}),
}
"""The subsystems whose tables belong to one side alone; those of all others (people, ledger, letters) serve both."""


def side_of(name: str) -> Side | None:
    """The side that a table, a kind of job or a function belongs to, by its subsystem; None where it serves both.

    Args:
        name: starts with the subsystem's, as in `exposure_match` or `exposure.match`.
    """
    app = name.replace(".", "_").partition("_")[0]
    return next((side for side, apps in APPS.items() if app in apps), None)
