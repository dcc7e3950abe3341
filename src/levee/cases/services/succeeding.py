"""A case that takes another one's place: its findings, its parties and its terms, without what was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases import scopes
from levee.cases.course.taking_part import let_in
from levee.cases.events import CaseOpened
from levee.cases.models import Case, Claim, Contact, Participant, Report
from levee.cases.rules.claims import Claim as ClaimState
from levee.cases.rules.claims import happen
from levee.cases.rules.embargo import Consent
from levee.cases.rules.facts import Event
from levee.cases.services.course import course_of
from levee.cases.services.impartial import carry_over
from levee.cases.services.learning import known
from levee.cases.services.links import send_link
from levee.cases.services.opening import begin, new_case, seat, write_case
from levee.cases.services.turns import follow
from levee.identity.services import add_maintainer_anew
from levee.ledger.services import record
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act

IN_BOTH = "on record in the case before this one"


def succeed(act: Act, before: Case, *, without: Claim) -> UUID:
    """Open the case that takes this one's place, as part of an act that may.

    Its finders and its members that agreed to the embargo take part at once; a maintainer without an account gets a
    new letter, and agrees anew. The end that was agreed holds again where it lies ahead and nothing else is out.

    Args:
        act: the unit of work.
        before: the case, held.
        without: what was accepted by mistake.

    Returns:
        The new case.
    """
    old, world = course_of(act, before.id, alone=True), _world(act, before.id, without)
    end = old.standing.end if not world and old.standing.end and old.standing.end > act.now else None
    case = new_case(act, cluster=before.cluster, title=before.title, summary=before.summary, end=end)
    for term in ("project", "ai_found", "policy", "policy_because"):
        setattr(case, term, getattr(before, term))
    write_case(act, case)
    reports = Report.unscoped.filter(scopes.of_cases(act.actor), case=before.id).values_list("finding", flat=True)
    Report.unscoped.bulk_create([Report(id=act.new_id(), case=case.id, finding=finding) for finding in reports])
    staying = _staying(old)
    for each in staying:
        if each.capacity != Capacity.VENDOR:
            seat(act, case, each.party, each.name, Capacity(each.capacity), Consent.SIGNATORY)
    begin(act, case, end)
    _seat_vendors(act, before.id, case, [each for each in staying if each.capacity == Capacity.VENDOR])
    carry_over(act, before.id, case.id)
    follow(act, before.id, case.id)
    for event in world:
        case.refresh_from_db(fields=["world"])
        known(act, case, course_of(act, case.id, alone=True), event, because=IN_BOTH)
    Case.unscoped.filter(id=before.id).update(successor=case.id)
    for log, about in ((before.id, case.id), (case.id, before.id)):
        record(act, log=("case", log), verb=Action.CASE_OPEN, subject=about, fields={"corrects": without.event})
    act.announce(CaseOpened(subject=case.id))
    return case.id


def _world(act: Act, case: UUID, without: Claim) -> list[Event]:
    """What the other claims put on record, in the order of the letters."""
    stands = Claim.unscoped.filter(
        scopes.of_cases(act.actor), case=case, state__in=[ClaimState.ACCEPTED, ClaimState.DOUBTED]
    )
    world: frozenset[Event] = frozenset()
    for each in stands.exclude(id=without.id).order_by("decided_at", "id"):
        if Event(each.event) not in world:
            world = happen(world, Event(each.event))
    return [event for event in Event if event in world]


def _staying(old: Course) -> list[Participant]:
    """Who takes part still: everyone but those who left, and who declined, in the order in which they came."""
    gone = {*old.standing.left, *(key for key in old.seats if old.standing.consent(key) is Consent.DECLINED)}
    return sorted((each for key, each in old.seats.items() if key not in gone), key=lambda each: (each.since, each.id))


def _seat_vendors(act: Act, before: UUID, case: Case, vendors: Iterable[Participant]) -> None:
    links = dict(
        Contact.unscoped.filter(scopes.contacts(act.actor), case=before)
        .exclude(address="")
        .order_by("since")
        .values_list("participant", "address")
    )
    for each in vendors:
        address = links.get(each.id)
        consent = Consent.INVITED if address else Consent.SIGNATORY
        participant = seat(act, case, each.party, each.name, Capacity.VENDOR, consent)
        course = course_of(act, case.id, alone=True)
        course.add(act, let_in(course.standing, participant.id, course.seat_of(act.actor.party), consent, act.now))
        if address:
            member = add_maintainer_anew(act, organisation=each.party, name=each.name)
            send_link(act, case.id, participant=participant.id, principal=member.id, address=address)
