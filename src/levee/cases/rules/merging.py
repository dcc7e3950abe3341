"""Two cases that turn out to be one, and one that turns out to be two (rule 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.rules.crossing import HOLDING, breach
from levee.cases.rules.embargo import Embargo
from levee.kernel.errors import AgainstRules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from levee.cases.rules.facts import Event

CODE = "case.merge"


def merged_end(ends: Iterable[datetime | None]) -> datetime | None:
    """The end of the embargo of merged cases: the earliest; None where none of them has one."""
    return min((end for end in ends if end is not None), default=None)


def check_settled(embargo: Embargo) -> None:
    """Refuse to merge or split what another end is proposed for: nobody could say which terms they are offered.

    Raises:
        AgainstRules: it is.
    """
    if embargo in {Embargo.PROPOSED, Embargo.REVISE}:
        raise AgainstRules("another end of the embargo is proposed", code=CODE, advice="decide on the proposal first")


def check_merge(one: tuple[Embargo, AbstractSet[Event]], other: tuple[Embargo, AbstractSet[Event]]) -> None:
    """Whether two cases stand so that they can be merged: no end is proposed, and both are as secret or as public.

    Args:
        one: its embargo, and what happened in the world.
        other: the same of the other case.

    Raises:
        AgainstRules: they do not.
    """
    for embargo, _ in (one, other):
        check_settled(embargo)
    if one[1] != other[1]:
        raise breach(14, "what is out in one of these cases is not out in the other; accept it there first")
    if (one[0] in HOLDING) is not (other[0] in HOLDING):
        raise breach(14, "one of these cases is under embargo and the other is not; end it, or propose one, first")
