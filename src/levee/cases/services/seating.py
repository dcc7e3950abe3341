"""Somebody takes its seat in a case, by recorded decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.course.taking_part import let_in
from levee.cases.services.course import course_of
from levee.cases.services.opening import seat
from levee.ledger.services import record
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.models import Case
    from levee.cases.rules.embargo import Consent
    from levee.platform.database.acting import Act


def take_seat(  # noqa: PLR0917 - a seat has these
    act: Act,
    case: Case,
    party: UUID,
    name: str,
    because: str,
    consent: Consent,
    *,
    capacity: Capacity = Capacity.VENDOR,
) -> UUID:
    """Give a vendor, or an observer, its seat, as part of an act that may; see `opening.seat`.

    Returns:
        The participant's key.
    """
    participant = seat(act, case, party, name, capacity, consent)
    course = course_of(act, case.id, alone=True)
    course.add(act, let_in(course.standing, participant.id, course.seat_of(act.actor.party), consent, act.now))
    record(
        act,
        log=("case", case.id),
        verb=Action.CASE_INVITE,
        subject=participant.id,
        fields={"because": because.strip(), "capacity": capacity},
    )
    return participant.id
