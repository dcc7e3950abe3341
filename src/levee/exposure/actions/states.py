"""What can happen to an action: from, verb, to, who. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from levee.kernel.errors import Conflict
from levee.policy.actors import PrincipalKind

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(StrEnum):
    """Where an action stands. Only `confirmed` is a fix; what a person says is done is `claimed`."""

    OPEN = "open"
    CLAIMED = "claimed"
    EXCEPTED = "excepted"
    CONFIRMED = "confirmed"
    RETRACTED = "retracted"
    REPLACED = "replaced"


class Verb(StrEnum):
    """What happens to an action."""

    RAISE = "raise"
    CLAIM = "claim"
    TAKE_BACK = "take_back"
    CONFIRM = "confirm"
    CONTRADICT = "contradict"
    REGRESS = "regress"
    RETRACT = "retract"
    EXCUSE = "excuse"
    REPLACE = "replace"
    RAISE_AGAIN = "raise_again"
    EXCEPT = "except"
    RESUME = "resume"
    EXPIRE = "expire"
    REDATE = "redate"
    REQUEST = "request"
    REFUSE = "refuse"
    REMIND = "remind"


_PERSON = PrincipalKind.PERSON
_RUN = PrincipalKind.SERVICE
STEPS: Mapping[tuple[State, Verb], tuple[State, PrincipalKind]] = {
    (State.OPEN, Verb.CLAIM): (State.CLAIMED, _PERSON),
    (State.CLAIMED, Verb.TAKE_BACK): (State.OPEN, _PERSON),
    (State.OPEN, Verb.CONFIRM): (State.CONFIRMED, _RUN),
    (State.CLAIMED, Verb.CONFIRM): (State.CONFIRMED, _RUN),
    (State.CLAIMED, Verb.CONTRADICT): (State.OPEN, _RUN),
    (State.CONFIRMED, Verb.REGRESS): (State.OPEN, _RUN),
    (State.OPEN, Verb.RETRACT): (State.RETRACTED, _RUN),
    (State.CLAIMED, Verb.RETRACT): (State.RETRACTED, _RUN),
    (State.OPEN, Verb.EXCUSE): (State.RETRACTED, _RUN),
    (State.CLAIMED, Verb.EXCUSE): (State.RETRACTED, _RUN),
    (State.OPEN, Verb.REPLACE): (State.REPLACED, _RUN),
    (State.CLAIMED, Verb.REPLACE): (State.REPLACED, _RUN),
    (State.OPEN, Verb.EXCEPT): (State.EXCEPTED, _PERSON),
    (State.EXCEPTED, Verb.RESUME): (State.OPEN, _PERSON),
    (State.EXCEPTED, Verb.EXPIRE): (State.OPEN, _RUN),
    (State.EXCEPTED, Verb.CONFIRM): (State.CONFIRMED, _RUN),
    (State.EXCEPTED, Verb.RETRACT): (State.RETRACTED, _RUN),
    (State.EXCEPTED, Verb.EXCUSE): (State.RETRACTED, _RUN),
    (State.EXCEPTED, Verb.REPLACE): (State.REPLACED, _RUN),
    (State.RETRACTED, Verb.RAISE_AGAIN): (State.OPEN, _RUN),
    (State.REPLACED, Verb.RAISE_AGAIN): (State.OPEN, _RUN),
}
STANDING = (State.OPEN, State.CLAIMED, State.EXCEPTED)
DUE = (State.OPEN, State.CLAIMED)
"""What has a date to keep; an exception sets its action aside."""
_ENDS = {verb: end for (_, verb), (end, _) in STEPS.items()} | {Verb.RAISE: State.OPEN}


def leads_to(verb: Verb) -> State | None:
    """The state that a verb always leads to; None for one that moves nothing, such as a new date."""
    return _ENDS.get(verb)


def after(state: State, verb: Verb, by: PrincipalKind) -> State:
    """The state that a verb leads to.

    Raises:
        Conflict: the table holds no such step for this kind of principal.
    """
    step = STEPS.get((state, verb))
    if step is None or step[1] is not by:
        raise Conflict(f"an action that is {state.value} cannot be {_PAST[verb]}", code="action.state")
    return step[0]


NEWS = frozenset({Verb.RAISE, Verb.CONTRADICT, Verb.REGRESS, Verb.RAISE_AGAIN, Verb.EXPIRE})
"""What an operator is told of: there is something to do that was not there, or that became more pressing."""

TAKEN_BACK = frozenset({Verb.RETRACT, Verb.EXCUSE})
"""What an operator is told of as well: what it was told to do is needed no longer, and nothing was done."""

_PAST: Mapping[Verb, str] = {
    Verb.RAISE: "raised",
    Verb.CLAIM: "reported as done",
    Verb.TAKE_BACK: "taken back",
    Verb.CONFIRM: "confirmed",
    Verb.CONTRADICT: "contradicted",
    Verb.REGRESS: "reopened",
    Verb.RETRACT: "retracted",
    Verb.EXCUSE: "put aside by a statement",
    Verb.REPLACE: "replaced",
    Verb.RAISE_AGAIN: "raised again",
    Verb.EXCEPT: "set aside by an exception",
    Verb.RESUME: "taken up again",
    Verb.EXPIRE: "back, for its exception ended",
    Verb.REDATE: "dated anew",
    Verb.REQUEST: "asked to be set aside",
    Verb.REFUSE: "refused to be set aside",
    Verb.REMIND: "reminded of",
}


def wording(verb: Verb) -> str:
    """The verb as a history says it."""
    return _PAST[verb]
