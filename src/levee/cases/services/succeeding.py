"""A case that comes out of another one: its findings, or some of them, its parties and its terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from levee.cases import scopes
from levee.cases.course import proposing as rules
from levee.cases.course.taking_part import let_in
from levee.cases.events import CaseOpened
from levee.cases.models import Case, Contact, Participant, Report, Succession
from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import Consent, Embargo, EndReason
from levee.cases.services.course import course_of
from levee.cases.services.impartial import carry_over
from levee.cases.services.learning import known
from levee.cases.services.links import send_link
from levee.cases.services.opening import begin, new_case, seat, write_case
from levee.cases.services.turns import follow
from levee.cases.services.watching import WATCH_CLOCKS
from levee.cases.types import Kind
from levee.identity.selectors import known_member
from levee.identity.services import add_maintainer_anew
from levee.ledger.services import record
from levee.notify.services import queue, tell
from levee.platform.jobs import enqueue
from levee.policy.actions import Action
from levee.policy.actors import Capacity, OrganisationKind
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from levee.cases.rules.facts import Event
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act

IN_BOTH = "on record in the case before this one"
OFFERS = "/cases/offers/"
"""Where a member sees the terms that it is offered; a letter leads there and tells nothing else."""
CASES = "/cases/"
"""Where every letter of a member's case leads, one that offers a part too: who sees letters leave learns no more."""


class Parts(NamedTuple):
    """How those who take part in a case come in to one that comes out of it.

    Attributes:
        ready: they have agreed to its terms: at once.
        asked: members that have not: once they do.
        linked: those without an account, by a new letter, with their addresses.
        gone: who left, or does not agree: not at all.
    """

    ready: list[Participant]
    asked: list[Participant]
    linked: list[tuple[Participant, str]]
    gone: list[Participant]


def parts_of(act: Act, old: Course) -> Parts:
    """Who takes part in a case, by how they come in to another one, in the order in which they came."""
    links = dict(
        Contact.unscoped.filter(scopes.contacts(act.actor), case=old.case)
        .exclude(address="")
        .order_by("since")
        .values_list("participant", "address")
    )
    parts = Parts([], [], [], [])
    for key, each in sorted(old.seats.items(), key=lambda pair: (pair[1].since, pair[0])):
        if key in old.standing.left or old.standing.consent(key) is Consent.DECLINED:
            parts.gone.append(each)
        elif key in links:
            parts.linked.append((each, links[key]))
        else:
            (parts.ready if _agreed(old, each) else parts.asked).append(each)
    return parts


def _agreed(old: Course, each: Participant) -> bool:
    if each.capacity == Capacity.OWNER or each.consent == Consent.INVITED:
        return each.capacity == Capacity.OWNER
    return old.standing.embargo not in HOLDING or old.standing.consent(each.id) is Consent.SIGNATORY


def succeed(act: Act, before: Case, *, kind: Kind, world: Iterable[Event], end: datetime | None, because: str) -> UUID:
    """Open the case that takes this one's place, as part of an act that may; this one takes no further step.

    Its members that agreed take part at once; a maintainer without an account gets a new letter, and agrees anew.

    Args:
        act: the unit of work.
        before: the case, held.
        kind: corrected or reopened.
        world: what has happened in it, in the order of the letters.
        end: of its embargo; None for none.
        because: why.

    Returns:
        The new case.
    """
    old = course_of(act, before.id, alone=True)
    reports = Report.unscoped.filter(scopes.of_cases(act.actor), case=before.id).values_list("finding", flat=True)
    case = come_out(act, before, old, list(reports), end=end)
    follow(act, before, case)
    learn_all(act, case, world)
    Case.unscoped.filter(id=before.id).update(successor=case.id)
    note(act, before.id, case.id, kind, because)
    return case.id


def come_out(
    act: Act,
    before: Case,
    old: Course,
    findings: Iterable[UUID],
    *,
    end: datetime | None,
    title: str = "",
    summary: str = "",
    cluster: UUID | None = None,
) -> Case:
    """Write a case with these findings of another one, and let that one's parties in as they stand there."""
    case = new_case(
        act,
        cluster=cluster or before.cluster,
        title=title or before.title,
        summary=summary or before.summary,
        end=end,
    )
    for term in ("project", "ai_found", "policy", "policy_because"):
        setattr(case, term, getattr(before, term))
    write_case(act, case)
    Report.unscoped.bulk_create([Report(id=act.new_id(), case=case.id, finding=finding) for finding in findings])
    parts = parts_of(act, old)
    for each in parts.ready:
        if each.capacity != Capacity.VENDOR:
            seat(act, case, each.party, each.name, Capacity(each.capacity), Consent.SIGNATORY)
    begin(act, case, end)
    for each in parts.ready:
        if each.capacity == Capacity.VENDOR:
            take_over(act, case, each, Consent.SIGNATORY)
    offer(act, case, parts.asked)
    for each, address in parts.linked:
        participant = take_over(act, case, each, Consent.INVITED)
        member = add_maintainer_anew(act, organisation=each.party, name=each.name)
        send_link(act, case.id, participant=participant, principal=member.id, address=address)
    carry_over(act, before.id, case.id)
    return case


def offer(act: Act, case: Case, seats: Iterable[Participant]) -> None:
    """Offer members a part in a case: they see its terms, and nothing else before they agree."""
    house = act.actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
    for each in seats:
        take_over(act, case, each, Consent.INVITED)
        tell_offered(act, each.party, page=OFFERS if house else CASES)


def tell_offered(act: Act, party: UUID, *, page: str = OFFERS) -> None:
    """Let a member know that it is offered a part in a case, whoever owns that; its letter says where to look."""
    if act.actor.organisation_kind is OrganisationKind.CLEARINGHOUSE:
        tell(act, party, page=page)
        return
    known = known_member(act.actor, party)
    if known is not None and known.contact:
        queue(act, address=known.contact, locator=settings().site + page)


def take_over(act: Act, case: Case, each: Participant, consent: Consent) -> UUID:
    """Give a party of another case its seat in this one; returns its key."""
    participant = seat(act, case, each.party, each.name, Capacity(each.capacity), consent)
    course = course_of(act, case.id, alone=True)
    course.add(act, let_in(course.standing, participant.id, course.seat_of(act.actor.party), consent, act.now))
    return participant.id


def inherited_end(old: Course) -> datetime | None:
    """The end that a part of a case inherits; one that is over is inherited as such."""
    kept = old.standing.embargo in HOLDING or old.standing.embargo is Embargo.EXITED
    return old.standing.end if kept else None


def stays_over(act: Act, case: Case, before: Case, old: Course) -> None:
    """Let the embargo of a case that was begun be over, as in the case that it came out of."""
    course = course_of(act, case.id, alone=True)
    if old.standing.embargo is not Embargo.EXITED or course.standing.embargo not in HOLDING:
        return
    reason = EndReason(before.embargo_end_reason or EndReason.TIME)
    course.add(act, rules.ended(course.standing, course.seat_of(act.actor.party), reason, act.now))
    Case.unscoped.filter(id=case.id).update(
        embargo=Embargo.EXITED, embargo_ended_at=before.embargo_ended_at or act.now, embargo_end_reason=reason
    )


def learn_all(act: Act, case: Case, world: Iterable[Event]) -> None:
    """Put on record what happened in the world already."""
    for event in world:
        case.refresh_from_db(fields=["world"])
        if event not in case.world:
            known(act, case, course_of(act, case.id, alone=True), event, because=IN_BOTH)


def note(act: Act, before: UUID, after: UUID, kind: Kind, because: str) -> None:
    """Keep that a case went on in another one, in the logs of both and of the house."""
    row = Succession(
        id=act.new_id(),
        before=before,
        after=after,
        kind=kind,
        because=because,
        by=act.actor.id,
        at=act.now,
    )
    Succession.unscoped.bulk_create([row])
    told = {"kind": kind, "because": because}
    for log in (before, after):  # each names itself alone: not everybody in one is in the other
        record(act, log=("case", log), verb=Action.CASE_MERGE, subject=log, fields=told)
    fields = {**told, "before": str(before)}
    record(act, log=("organisation", act.actor.party), verb=Action.CASE_MERGE, subject=after, fields=fields)
    if kind is not Kind.MERGED:
        act.announce(CaseOpened(subject=after))


def carry_clocks(act: Act, case: UUID, party: UUID) -> None:
    """Let what a party said of clocks count in a case that took in, or came out of, one that it takes part in."""
    with connection.cursor() as cursor:
        cursor.execute("select levee_carry_clocks(%s, %s, %s)", [case, party, act.now])
    enqueue(act, WATCH_CLOCKS, subject=case, party=party)
