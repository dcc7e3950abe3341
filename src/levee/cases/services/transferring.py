"""A case goes to another owner, with the consent of both: it is offered, and taken as a case in this one's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from levee.access.selectors import clearinghouse
from levee.cases import scopes
from levee.cases.events import CaseOpened
from levee.cases.lineage import SAME_CAUSE, befores
from levee.cases.models import Contact, Participant, Report, Transfer
from levee.cases.rules.embargo import Consent
from levee.cases.rules.facts import Event
from levee.cases.rules.merging import check_settled
from levee.cases.services.course import course_of
from levee.cases.services.impartial import carry_over, decide
from levee.cases.services.merging import credited, no_claim_waits
from levee.cases.services.opening import begin, new_case, seat, write_case
from levee.cases.services.rows import by_link, case_for, hold_alone, keep_hidden_of, take_part, world_of
from levee.cases.services.succeeding import (
    carry_clocks,
    inherited_end,
    learn_all,
    offer,
    parts_of,
    stays_over,
    take_over,
    tell_offered,
)
from levee.cases.services.turns import waiting_in
from levee.cases.types import Kind, Plan, Settlement, TransferVerb
from levee.clustering.selectors import of_finding
from levee.findings.selectors import listed
from levee.identity.selectors import known_member
from levee.kernel.errors import AgainstRules, BadInput, Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from uuid import UUID

    from levee.cases.models import Case
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

CODE = "case.transfer"
WAITING = "/cases/waiting/"
"""Where a member sees that a case is offered to it; a letter leads there and tells nothing else."""
IN_THE_WAY = {
    "links": ("somebody in it has a link from the clearinghouse, which alone writes there", "leave it where it is"),
    "turns": ("an invitation waits for its turn at a project", "its owner withdraws it, or waits, first"),
}
_NOTHING = "no such case is offered to you"


class _Parts(NamedTuple):
    """Who takes part in the taker's case.

    Attributes:
        ready: at once, having agreed to the terms; the new owner among them, each in what it is there.
        asked: once they agree to the terms.
        gone: not at all: who left or does not agree; and whom the taker could not reach.
    """

    ready: list[Participant]
    asked: list[Participant]
    gone: list[Participant]


def transfer(
    actor: Actor, case: UUID, *, to: UUID, because: str, publishes: Callable[[Actor, UUID], bool] | None = None
) -> UUID:
    """Offer a case to another owner, who takes it or declines; until then nothing changes.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        to: the participant that would own it: it takes part, agrees to the embargo, and has an account.
        because: why; every party reads it.
        publishes: tells whether a publication waits in a case.

    Returns:
        The offer.

    Raises:
        BadInput: no reason, words that were hidden, or the participant cannot own a case. NotFound: no such one.
        Conflict: the case is offered already.
        AgainstRules: another end is proposed, a claim, an invitation or a publication waits, it goes on elsewhere, or
            somebody came in by a link that stands and it would not go to the clearinghouse.
    """
    if not because.strip():
        raise BadInput("say why", place="because")
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.CASE_OFFER, case)
        keep_hidden_of(act, case, because=because)
        case_for(act, case, alone=True)
        course = course_of(act, case, alone=True)
        take_part(act, case)  # again: it may have gone on elsewhere while this waited
        if _open(act, case) is not None:
            raise Conflict("it is offered to somebody already", code=CODE, advice="take that offer back first")
        _check_quiet(act, course)
        seated = _may_own(act, course, to)
        _nothing_in_the_way(act, course, seated.party)
        if publishes is not None and publishes(actor, case):
            raise AgainstRules("a publication waits for a second person", code=CODE, advice="decide on it first")
        row = Transfer(id=act.new_id(), case=case, party=seated.party, because=because.strip(), by=actor.id, at=act.now)
        Transfer.unscoped.bulk_create([row])
        fields = {"to": seated.name, "because": row.because}
        record(act, log=("case", case), verb=Action.CASE_OFFER, subject=row.id, fields=fields)
        tell_offered(act, seated.party, page=WAITING)
    return row.id


def withdraw_transfer(actor: Actor, case: UUID) -> None:
    """Take back what was offered and not answered.

    Raises:
        NotFound: the case is not offered to anybody.
    """
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.CASE_OFFER, case)
        hold_alone(act, case)
        row = _open(act, case)
        if row is None:
            raise NotFound("this case is not offered to anybody")
        _settle(act, row, Settlement.WITHDRAWN, Action.CASE_OFFER)


def answer_transfer(actor: Actor, case: UUID, *, verb: TransferVerb) -> UUID | None:
    """Take a case over that is offered, or decline.

    A case of the taker's takes this one's place: with its findings, its terms and what happened in the world. Whoever
    agreed takes part at once, the owner before among them; others are offered the terms. Threads, answers and fixes
    stay in the case before, with those who have them: neither owner sees what the other one has for itself.

    Args:
        actor: a coordinator of the organisation that it is offered to.
        case: the case.
        verb: take or decline.

    Returns:
        The case that takes this one's place; None where it is declined.

    Raises:
        NotFound: it is not offered to the actor's organisation. AgainstRules: as for the offer, by what came since.
    """
    with acting(actor) as act:
        row = _offered(act, case, alone=True)
        if verb is TransferVerb.DECLINE:
            _settle(act, row, Settlement.DECLINED, Action.CASE_TAKE_OVER)
            return None
        return _taken(act, row)


def transfer_plan(actor: Actor, case: UUID) -> Plan:
    """What taking over would do, for whom the case is offered to; it raises what that would."""
    with acting(actor) as act:
        _offered(act, case)
        old = course_of(act, case)
        _check_quiet(act, old)
        findings = _findings(act, case)
        parts = _parts(act, old, findings)
        finders = {each.name for each in parts.ready if each.capacity == Capacity.FINDER}
        return Plan(
            embargo_end=inherited_end(old),
            comes_in=tuple(each.name for each in parts.ready),
            offered=tuple(each.name for each in parts.asked),
            left_out=tuple(each.name for each in parts.gone),
            finders=tuple(sorted({*finders, *credited(act, findings)})),
            findings=len(findings),
        )


def _open(act: Act, case: UUID) -> Transfer | None:
    return Transfer.unscoped.filter(scopes.of_cases(act.actor), case=case, settled_at=None).first()


def _offered(act: Act, case: UUID, *, alone: bool = False) -> Transfer:
    """What is offered to the actor's organisation, with the case held where it is answered."""
    take_part(act, case)
    decide(act, Action.CASE_TAKE_OVER, case)
    if alone:
        hold_alone(act, case)
        take_part(act, case)  # again: it may have gone on elsewhere while this waited
    row = _open(act, case)
    if row is None or row.party != act.actor.party:
        raise NotFound(_NOTHING)
    return row


def _settle(act: Act, row: Transfer, how: Settlement, action: Action) -> None:
    Transfer.unscoped.filter(scopes.of_cases(act.actor), id=row.id).update(settled_at=act.now, settlement=how)
    record(act, log=("case", row.case), verb=action, subject=row.id, fields={"settlement": how})


def _check_quiet(act: Act, course: Course) -> None:
    check_settled(course.standing.embargo)
    no_claim_waits(act, course.case)


def _may_own(act: Act, course: Course, key: UUID) -> Participant:
    """The seat of somebody who takes part on the terms, is no owner yet, and could answer."""
    if key not in course.seats:
        raise NotFound("there is no such participant in this case", place="to")
    each = course.seats[key]
    fit = each in parts_of(act, course).ready and each.capacity != Capacity.OWNER
    if not fit or by_link(each) or not _answers(act, each):
        raise BadInput(
            "this party cannot own the case",
            place="to",
            advice="choose one that takes part, agrees to the embargo, and has an account here",
        )
    return each


def _answers(act: Act, each: Participant) -> bool:
    """Whether a party has somebody here who answers; a vendor may have been let in by a link or a private channel."""
    if each.capacity != Capacity.VENDOR or each.party == clearinghouse():
        return True
    return known_member(act.actor, each.party) is not None


def _nothing_in_the_way(act: Act, course: Course, taker: UUID) -> None:
    linked = [each.id for each, _ in parts_of(act, course).linked] if taker != clearinghouse() else []
    links = Contact.unscoped.filter(scopes.contacts(act.actor), participant__in=linked, ended_at=None)
    if links.exists():
        raise _in_the_way("links")
    if waiting_in(act, course.case).exists():
        raise _in_the_way("turns")


def _in_the_way(what: str) -> AgainstRules:
    message, advice = IN_THE_WAY[what]
    return AgainstRules(message, code=CODE, advice=advice)


def _findings(act: Act, case: UUID) -> list[UUID]:
    reports = Report.unscoped.filter(scopes.of_cases(act.actor), case=case)
    return list(reports.order_by("id").values_list("finding", flat=True))


def _parts(act: Act, old: Course, findings: Collection[UUID]) -> _Parts:
    """Who takes part in the actor's case, each in what it is there; whom only its owner before can reach does not."""
    before, found_by = parts_of(act, old), {each.organisation for each in listed(act.actor, only=findings)}
    ours = act.actor.party == clearinghouse()
    parts = _Parts([], [], list(before.gone))
    for each in (*before.ready, *before.asked):
        if not ours and each.party != act.actor.party and not _answers(act, each):
            parts.gone.append(each)
        elif each in before.asked:
            parts.asked.append(each)
        else:
            cast = _capacity(act, each, found_by)
            parts.ready.append(Participant(id=each.id, party=each.party, name=each.name, capacity=cast))
    return parts


def _capacity(act: Act, each: Participant, found_by: Collection[UUID]) -> Capacity:
    if each.party == act.actor.party:
        return Capacity.OWNER
    if each.capacity != Capacity.OWNER:
        return Capacity(each.capacity)
    if each.party in found_by:
        return Capacity.FINDER
    return Capacity.OBSERVER if each.party == clearinghouse() else Capacity.VENDOR


def _taken(act: Act, row: Transfer) -> UUID:
    before, old = case_for(act, row.case), course_of(act, row.case, alone=True)
    _check_quiet(act, old)
    findings = _findings(act, before.id)
    after = _written(act, before, old, findings)
    _end_there(act, row, after)
    Report.unscoped.bulk_create([Report(id=act.new_id(), case=after.id, finding=each) for each in findings])
    parts = _parts(act, old, findings)
    _seat(act, after, old, parts)
    learn_all(act, after, [event for event in Event if event in world_of(before)])
    stays_over(act, after, before, old)
    for earlier in sorted(befores(act, after.id, SAME_CAUSE)):
        carry_over(act, earlier, after.id)
    for each in parts.ready:
        carry_clocks(act, after.id, each.party)
    _note(act, row, after.id)
    return after.id


def _written(act: Act, before: Case, old: Course, findings: Collection[UUID]) -> Case:
    """The taker's case, with nobody in it and nothing told yet; only the clearinghouse sees clusters."""
    clusters = (of_finding(act.actor, each) for each in findings)
    cluster = next((each.id for each in clusters if each is not None), None)
    case = new_case(act, cluster=cluster, title=before.title, summary=before.summary, end=inherited_end(old))
    for term in ("project", "ai_found", "policy", "policy_because"):
        setattr(case, term, getattr(before, term))
    write_case(act, case)
    return case


def _end_there(act: Act, row: Transfer, after: Case) -> None:
    """End the case before, whose owner alone could, and see its reports; refused by what that owner alone sees."""
    with connection.cursor() as cursor:
        cursor.execute("select levee_take_over(%s, %s, %s)", [row.id, after.id, act.now])
        told = cursor.fetchone()
    said = str(told[0]) if told else "nothing"
    if said in IN_THE_WAY:
        raise _in_the_way(said)
    if said:
        raise NotFound(_NOTHING)


def _seat(act: Act, case: Case, old: Course, parts: _Parts) -> None:
    vendors = [each for each in parts.ready if each.capacity == Capacity.VENDOR]
    for each in parts.ready:
        if each not in vendors:
            seat(act, case, each.party, each.name, Capacity(each.capacity), Consent.SIGNATORY)
    begin(act, case, inherited_end(old))
    for each in vendors:
        take_over(act, case, each, Consent.SIGNATORY)
    offer(act, case, parts.asked)


def _note(act: Act, row: Transfer, after: UUID) -> None:
    told = {"kind": Kind.TRANSFERRED, "because": row.because}
    for log in (row.case, after):
        record(act, log=("case", log), verb=Action.CASE_TAKE_OVER, subject=log, fields=told)
    fields = {**told, "before": str(row.case)}
    record(act, log=("organisation", act.actor.party), verb=Action.CASE_TAKE_OVER, subject=after, fields=fields)
    act.announce(CaseOpened(subject=after))
