"""What waits for somebody in the cases that it takes part in, found in the database and not case by case."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from levee.cases import lineage, scopes
from levee.cases.listing import SOON
from levee.cases.models import Answer, Case, Claim, Participant, Transfer
from levee.cases.rules.claims import Claim as ClaimState
from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import Consent, Embargo
from levee.cases.rules.facts import Event
from levee.cases.services.course import course_of
from levee.cases.types import Waiting, Waits
from levee.platform.database.asking import ask
from levee.policy.actors import Capacity, OrganisationKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act

SILENCE = timedelta(days=7)
"""How long a vendor may be silent before that waits for somebody."""


def waiting(act: Act, beside: Iterable[Waiting]) -> list[Waiting]:
    """Everything that waits for the actor, the most urgent first: by what it is, then the oldest or the nearest."""
    undecided = _undecided()
    found = [*_of_owner(act, undecided), *_of_party(act, undecided), *_transfers(act), *_offered(act), *beside]
    return sorted(found, key=lambda each: (list(Waits).index(each.what), each.at, each.about))


def _of_owner(act: Act, undecided: set[UUID]) -> Iterator[Waiting]:
    """For a coordinator, of the cases that its house runs."""
    if Role.COORDINATOR not in act.actor.roles:
        return
    cases = _going_on(scopes.cases_as(act.actor, Capacity.OWNER))
    yield from _of_claims(act, cases)
    for course in _proposed(act, cases, undecided):
        yield Waiting(course.case, Waits.PROPOSAL, _answer_by(course))
    holding = cases.filter(embargo__in=HOLDING, embargo_end__gt=act.now)
    for key, end in holding.filter(embargo_end__lte=act.now + SOON).values_list("id", "embargo_end"):
        yield Waiting(key, Waits.END, end)
    silent = Participant.unscoped.filter(
        ~Exists(Answer.unscoped.filter(participant=OuterRef("id"))),
        case__in=holding.values("id"),
        capacity=Capacity.VENDOR,
        consent__in=[Consent.SIGNATORY, Consent.INVITED],
        since__lte=act.now - SILENCE,
    )
    for case, since, name in silent.values_list("case", "since", "name"):
        yield Waiting(case, Waits.SILENT, since, name)
    over = cases.filter(embargo__in=HOLDING, embargo_end__lte=act.now)
    house = act.actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
    then = Waits.PUBLICATION if house else Waits.OVER
    for row in over.union(cases.filter(embargo=Embargo.EXITED)):
        if Event.PUBLIC_AWARE not in row.world:
            yield Waiting(row.id, then, row.embargo_ended_at or row.embargo_end)


def _of_claims(act: Act, cases: QuerySet[Case]) -> Iterator[Waiting]:
    claims = Claim.unscoped.filter(scopes.of_cases(act.actor), case__in=cases.values("id"))
    for case, at in claims.filter(state=ClaimState.ASSERTED).values_list("case", "at"):
        yield Waiting(case, Waits.CLAIM, at)
    doubts = claims.filter(state=ClaimState.DOUBTED).exclude(doubted_by=act.actor.id)
    for case, doubted_at in doubts.values_list("case", "doubted_at"):
        if doubted_at:
            yield Waiting(case, Waits.DOUBT, doubted_at)


def _of_party(act: Act, undecided: set[UUID]) -> Iterator[Waiting]:
    """For a finder or a vendor, of the cases that it takes part in."""
    asked = _going_on(scopes.cases_as(act.actor, Capacity.FINDER, Capacity.VENDOR))
    for course in _proposed(act, asked, undecided):
        if course.standing.consent(course.seat_of(act.actor.party)) in {Consent.LAPSED, Consent.INVITED}:
            yield Waiting(course.case, Waits.CONSENT, _answer_by(course))
    unanswered = Participant.unscoped.filter(
        ~Exists(Answer.unscoped.filter(participant=OuterRef("id"))),
        case__in=_going_on(scopes.cases_as(act.actor, Capacity.VENDOR)).values("id"),
        party=act.actor.party,
        capacity=Capacity.VENDOR,
    )
    for case, since in unanswered.values_list("case", "since"):
        yield Waiting(case, Waits.ANSWER, since)


def _transfers(act: Act) -> Iterator[Waiting]:
    """For a coordinator, the cases that its organisation is offered to own."""
    if Role.COORDINATOR not in act.actor.roles:
        return
    parts = _going_on(scopes.cases_as(act.actor, Capacity.FINDER, Capacity.VENDOR, Capacity.OBSERVER))
    rows = Transfer.unscoped.filter(scopes.of_cases(act.actor), party=act.actor.party, settled_at=None)
    open_now = dict(rows.filter(case__in=parts.values("id")).values_list("case", "at"))
    owners = Participant.unscoped.filter(
        scopes.of_cases(act.actor), case__in=list(open_now), capacity=Capacity.OWNER
    ).values_list("case", "name")
    for case, name in owners:
        yield Waiting(case, Waits.TRANSFER, open_now[case], name)


def _offered(act: Act) -> Iterator[Waiting]:
    """For a member of any organisation, the parts that it is offered in cases that it sees nothing of."""
    for each in lineage.offered(act):
        yield Waiting(each.participant, Waits.OFFER, each.since, each.house)


def _proposed(act: Act, cases: QuerySet[Case], undecided: set[UUID]) -> Iterator[Course]:
    """The courses of those of the cases where a proposal waits; gone through only where one might."""
    for case in cases.filter(id__in=undecided).exclude(embargo=Embargo.EXITED).values_list("id", flat=True):
        course = course_of(act, case)
        if course.standing.proposals:
            yield course


def _undecided() -> set[UUID]:
    """The actor's cases with a proposal that nobody decided on; some of these may have lapsed since."""
    return {case for (case,) in ask("select * from levee_undecided()", [])}


def _answer_by(course: Course) -> datetime:
    return min(each.answer_by or each.at for each in course.standing.proposals)


def _going_on(among: Q) -> QuerySet[Case]:
    """Cases that no other one has taken the place of."""
    return Case.unscoped.filter(among, successor=None)
