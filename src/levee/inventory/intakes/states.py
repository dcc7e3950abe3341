"""What can happen to a large file on its way in: from, verb, to. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from levee.inventory.types import IntakeState

if TYPE_CHECKING:
    from collections.abc import Mapping


class Verb(StrEnum):
    """What happens to an intake."""

    TAKE = "take"
    SHOW = "show"
    STORE = "store"
    END = "end"
    FAIL = "fail"
    AGAIN = "again"


_S = IntakeState
STEPS: Mapping[tuple[IntakeState, Verb], IntakeState] = {
    (_S.WAITING, Verb.TAKE): _S.READING,
    (_S.READING, Verb.TAKE): _S.READING,  # its worker ended before the job did
    (_S.STORING, Verb.TAKE): _S.READING,  # the same: what was stored by then was rolled back
    (_S.READING, Verb.SHOW): _S.SEEN,
    (_S.READING, Verb.STORE): _S.STORING,
    (_S.STORING, Verb.END): _S.DONE,
    (_S.WAITING, Verb.FAIL): _S.FAILED,
    (_S.READING, Verb.FAIL): _S.FAILED,
    (_S.STORING, Verb.FAIL): _S.FAILED,
    (_S.SEEN, Verb.AGAIN): _S.WAITING,
    (_S.FAILED, Verb.AGAIN): _S.WAITING,
}
RESTING = (_S.SEEN, _S.FAILED)
"""Nothing goes on by itself: it waits for a person's word, or for a newer file in its place."""


def before(verb: Verb) -> frozenset[IntakeState]:
    """The states in which a verb is possible."""
    return frozenset(state for state, step in STEPS if step is verb)


def leads_to(verb: Verb) -> IntakeState:
    """The one state that a verb leads to."""
    (end,) = {end for (_, step), end in STEPS.items() if step is verb}
    return end
