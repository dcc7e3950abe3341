"""Plain sentences to hide something in; what they say does not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from levee.frontier.packs.chance import Chance

_TEXT = (
    "the a of to and in that it was for on with as at by from they this have not are were which one all their "
    "water house night table letter office machine morning window report number station river engine paper garden "
    "small large early later quiet open second third under over before after while where there because then still "
    "sent found kept moved closed opened carried counted waited returned written read left brought turned asked told"
)
_WORDS = _TEXT.split()


def prose(chance: Chance, sentences: int) -> list[str]:
    """So many sentences."""
    made = []
    for _ in range(sentences):
        words = [chance.one(_WORDS) for _ in range(chance.between(7, 14))]
        made.append(" ".join(words).capitalize() + ".")
    return made
