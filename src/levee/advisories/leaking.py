"""Whether a text for operators tells anything of the flaw that it is about: it shares no word with what describes it.

This is stricter than sense: a word that stands in a finding is refused even where it is innocent, and the owner finds
another one. Words that say nothing by themselves, and the name of the product, are free. No database.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST = 4
"""Shorter words tell nothing, unless a digit is in them: those are versions, ports and numbers of weaknesses."""
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_COMMON = """
about above after again against also another anybody anything around available because become been before being below
between both cannot could does doing done down during each either else every everything from further give given gives
have having here however into itself less like made make makes many more most must near need needs neither never none
nothing often once only other others over please rather same should since some somebody something soon still such take
takes than that their them then there these they thing things this those through thus together under until upon used
using very want well were what when where whether which while whole whom whose will with within without would your yours
"""
COMMON = frozenset(_COMMON.split())


def words(*texts: str) -> frozenset[str]:
    """The words of texts that could tell something, as they are compared: without case."""
    found = {each.casefold() for text in texts for each in _WORD.findall(text)}
    return frozenset(each for each in found - COMMON if len(each) >= SHORTEST or any(sign.isdigit() for sign in each))


def leaks(text: str, *, secret: Iterable[str], free: Iterable[str]) -> list[str]:
    """The words of a text that stand in what is secret too, in order.

    Args:
        text: what would be told.
        secret: texts that describe the flaw.
        free: texts whose words are known anyway, such as the name of the product.
    """
    return sorted(words(text) & words(*secret) - words(*free))
