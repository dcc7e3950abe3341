"""What has happened in the world becomes a fact of a case: every vendor knows what is public, and embargoes end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.course import proposing as rules
from levee.cases.course.replay import Entry, Moves
from levee.cases.events import EmbargoEnded
from levee.cases.lineage import merged_into
from levee.cases.models import Case
from levee.cases.rules.claims import happen
from levee.cases.rules.crossing import HOLDING, ends_embargo
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event, Facts
from levee.cases.services.course import course_of
from levee.cases.services.links import end_links
from levee.cases.services.rows import world_of
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from levee.cases.rules.embargo import EndReason
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act


def learn(
    act: Act, case: Case, event: Event, reason: EndReason, *, because: str, evidence: str, keep_embargo: bool = False
) -> None:
    """Put a fact on record as part of an act that may; the embargo, or what was proposed of one, ends by the rules.

    Args:
        act: the unit of work.
        case: the case, held.
        event: public awareness, a public exploit, or attacks.
        reason: why an embargo ends that ends by it.
        because: what the history says of the fact.
        evidence: what the log says of the embargo's end.
        keep_embargo: the owner keeps the embargo over attacks.

    Raises:
        AgainstRules: it is on record already. BadInput: an embargo cannot be kept over this.
    """
    course = course_of(act, case.id, alone=True)
    world = known(act, case, course, event, because=because)
    if not ends_embargo(Facts(world), kept_during_attacks=keep_embargo):
        return
    if keep_embargo:
        raise BadInput("an embargo cannot be kept over what is public", place="keep_embargo")
    if course.standing.embargo in {*HOLDING, Embargo.PROPOSED}:
        ended(act, case, reason, evidence=evidence, course=course)


def known(act: Act, case: Case, course: Course, event: Event, *, because: str) -> frozenset[Event]:
    """Put a fact on record, and that vendors know by it what they had not been told; returns all that has happened.

    Raises:
        AgainstRules: it is on record already.
    """
    before = world_of(case)
    world = happen(before, event)
    course.add(act, _steps(course, world - before, act, because))
    Case.unscoped.filter(id=case.id).update(world=str(Facts(world)))
    for joined in merged_into(act, case.id):  # who did not come along learns what is out all the same
        if event not in world_of(joined):
            known(act, joined, course_of(act, joined.id, alone=True), event, because=because)
    return world


def _steps(course: Course, events: AbstractSet[Event], act: Act, because: str) -> list[Entry]:
    """What has happened, exploits before what they make public; where the public knows, every vendor learns of it."""
    by = course.seat_of(act.actor.party)
    told = [
        Entry(at=act.now, moves=Moves.FACTS, verb=event, by=by, because=because)
        for event in reversed(Event)
        if event in events
    ]
    if Event.PUBLIC_AWARE not in events:
        return told
    unaware = [
        key
        for key, seat in course.seats.items()
        if seat.capacity == Capacity.VENDOR and Event.VENDOR_AWARE not in course.standing.fixes.get(key, ())
    ]
    return told + [Entry(at=act.now, moves=Moves.FACTS, verb=Event.VENDOR_AWARE, seat=key, by=by) for key in unaware]


def ended(act: Act, case: Case, reason: EndReason, *, evidence: str, course: Course) -> None:
    """End the embargo of a case as part of an act that may: its state, its links, its log, and the news of it.

    What was only proposed is declined by it.

    Raises:
        AgainstRules: there is none.
    """
    held = course.standing.embargo in HOLDING
    course.add(act, rules.ended(course.standing, course.seat_of(act.actor.party), reason, act.now))
    if not held:
        return
    Case.unscoped.filter(id=case.id).update(
        embargo=course.standing.embargo, embargo_ended_at=act.now, embargo_end_reason=reason
    )
    end_links(act, case.id)
    record(
        act,
        log=("case", case.id),
        verb=Action.EMBARGO_END,
        subject=case.id,
        fields={"reason": reason, "evidence": evidence.strip()},
    )
    act.announce(EmbargoEnded(subject=case.id))
    for joined in merged_into(act, case.id):
        earlier = course_of(act, joined.id, alone=True)
        if earlier.standing.embargo in HOLDING:
            ended(act, joined, reason, evidence=evidence, course=earlier)
