"""What can happen to an exception: from, verb, to, who. Pure.

An exception is leave not to do an action until a day, with what protects in the meantime. It is asked for by one person
and approved by another where there is another; it ends by itself on its day, and the action is back.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput, Conflict
from levee.policy.actors import PrincipalKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

LONGEST = timedelta(days=366)
REMIND = timedelta(days=7)


class LeaveState(StrEnum):
    """Where an exception stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ENDED = "ended"


class LeaveVerb(StrEnum):
    """What happens to an exception."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    OVERTAKE = "overtake"


_PERSON, _RUN = PrincipalKind.PERSON, PrincipalKind.SERVICE
LEAVE_STEPS: Mapping[tuple[LeaveState, LeaveVerb], tuple[LeaveState, PrincipalKind]] = {
    (LeaveState.REQUESTED, LeaveVerb.APPROVE): (LeaveState.APPROVED, _PERSON),
    (LeaveState.REQUESTED, LeaveVerb.REFUSE): (LeaveState.REFUSED, _PERSON),
    (LeaveState.REQUESTED, LeaveVerb.WITHDRAW): (LeaveState.WITHDRAWN, _PERSON),
    (LeaveState.APPROVED, LeaveVerb.WITHDRAW): (LeaveState.WITHDRAWN, _PERSON),
    (LeaveState.REQUESTED, LeaveVerb.EXPIRE): (LeaveState.EXPIRED, _RUN),
    (LeaveState.APPROVED, LeaveVerb.EXPIRE): (LeaveState.EXPIRED, _RUN),
    (LeaveState.REQUESTED, LeaveVerb.OVERTAKE): (LeaveState.ENDED, _RUN),
    (LeaveState.APPROVED, LeaveVerb.OVERTAKE): (LeaveState.ENDED, _RUN),
}
"""`overtake`: the action is done, taken back or replaced, or became more pressing than what was decided on."""
RUNNING = frozenset(state for state, _ in LEAVE_STEPS)


def after(state: LeaveState, verb: LeaveVerb, by: PrincipalKind) -> LeaveState:
    """The state that a verb leads to.

    Raises:
        Conflict: the table holds no such step for this kind of principal.
    """
    step = LEAVE_STEPS.get((state, verb))
    if step is None or step[1] is not by:
        raise Conflict(f"an exception that is {state.value} takes no {verb.value}", code="exception.state")
    return step[0]


def check_term(until: datetime, now: datetime) -> None:
    """Refuse a day that lies behind or further ahead than anyone can promise.

    Raises:
        BadInput: it does.
    """
    if not now < until <= now + LONGEST:
        raise BadInput(
            "an exception ends on a day within a year from now",
            code="exception.until",
            place="until",
            advice="ask for a shorter one, and look at it again then",
        )


def reminder_at(requested_at: datetime, until: datetime) -> datetime:
    """When to remind: a week before the end, or halfway where it is shorter than two."""
    return max(until - REMIND, requested_at + (until - requested_at) / 2)
