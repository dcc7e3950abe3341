"""Two cases that turn out to be about one flaw become one: their causes are joined, their audiences only by consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from levee.cases import scopes
from levee.cases.models import Bridge, Case, Claim, Report
from levee.cases.rules.claims import Claim as ClaimState
from levee.cases.rules.embargo import Consent
from levee.cases.rules.merging import CODE, check_merge, merged_end
from levee.cases.services.course import course_of
from levee.cases.services.impartial import carry_over, decide
from levee.cases.services.links import lead_over
from levee.cases.services.proposing import bring_forward
from levee.cases.services.rediscovery import show
from levee.cases.services.rows import case_for, keep_hidden_of, take_part, world_of
from levee.cases.services.succeeding import carry_clocks, note, offer, parts_of, take_over
from levee.cases.services.turns import follow, waiting_in
from levee.cases.types import Kind, Plan
from levee.findings.selectors import listed
from levee.findings.services import forward, keep_hidden
from levee.findings.types import Purpose
from levee.identity.selectors import names
from levee.kernel.errors import AgainstRules, BadInput
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from levee.cases.models import Participant
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


class _Pair(NamedTuple):
    """Two cases that may be merged.

    Attributes:
        before: the case that goes on in the other. old: its course.
        after: the other. course: its course.
        end: the end that will hold; None where no embargo does.
        along: who takes part in the first alone by a bridge to its private channel, which goes on in the other.
        newcomers: who else takes part in the first alone, by how it comes in.
    """

    before: Case
    old: Course
    after: Case
    course: Course
    end: datetime | None
    along: list[Participant]
    newcomers: tuple[list[Participant], list[tuple[Participant, str]]]


def merge(actor: Actor, case: UUID, *, into: UUID, because: str) -> None:
    """Let a case go on in another one, since both are about one flaw.

    The other case takes its findings, and the earlier of the two ends; both finders stay who found it. Who takes part
    in this case alone is offered the terms of the other, and sees nothing of it before it agrees; a project that was
    let in by a bridge, where nobody could answer, takes part at once by this decision. This case takes no further
    step: its threads and answers stay with those who have them, and its embargo follows the other's.

    Args:
        actor: a coordinator of the owner of both.
        case: the case.
        into: the case that goes on.
        because: why they are one; every party of both reads it.

    Raises:
        NotFound: there is no such case. BadInput: no reason, words that were hidden, or the case itself.
        AgainstRules: one of them went on in another case already, another end is proposed, what is out in one is not
            out in the other, only one is under embargo (rule 14), a claim waits for its decision, or an invitation
            waits at another project.
    """
    if not because.strip():
        raise BadInput("say why they are about one flaw", place="because")
    with acting(actor) as act:
        pair = _pair(act, case, into, alone=True)
        for each in (case, into):
            keep_hidden_of(act, each, because=because)
        _join_ends(act, pair, because.strip())
        _join_findings(act, pair)
        seats = _offer(act, pair)
        Case.unscoped.filter(id=case).update(successor=into)
        Case.unscoped.filter(id=into).update(ai_found=pair.before.ai_found or pair.after.ai_found)
        note(act, case, into, Kind.MERGED, because.strip())
        lead_over(act, case, into, seats)
        follow(act, pair.before, pair.after)
        carry_over(act, case, into)
        for key in seats:  # who has not agreed yet brings its clocks along when it does
            carry_clocks(act, into, pair.old.seats[key].party)


def merge_plan(actor: Actor, case: UUID, *, into: UUID) -> Plan:
    """What a merge would do; it raises what the merge would."""
    with acting(actor) as act:
        pair = _pair(act, case, into)
        members, linked = pair.newcomers
        known = {seat.party for seat in pair.course.seats.values()}
        gone = [each.name for each in parts_of(act, pair.old).gone if each.party not in known]
        both = Report.unscoped.filter(scopes.of_cases(actor), case__in=[case, into]).values_list("finding", flat=True)
        return Plan(
            embargo_end=pair.end,
            comes_in=tuple(each.name for each in pair.along),
            offered=tuple(each.name for each in members),
            written=tuple(each.name for each, _ in linked),
            left_out=tuple(gone),
            finders=credited(act, both),
            findings=len(set(both)),
            waits=waiting_in(act, case).count(),
        )


def credited(act: Act, findings: Iterable[UUID]) -> tuple[str, ...]:
    """The organisations that found these, by name."""
    finders = {each.organisation for each in listed(act.actor, only=list(findings))}
    return tuple(sorted(names(act.actor, finders).values()))


def _pair(act: Act, case: UUID, into: UUID, *, alone: bool = False) -> _Pair:
    """Both cases, held where they are to be merged; refused where they cannot be."""
    if case == into:
        raise BadInput("a case is not merged into itself", place="into")
    for each in (case, into):
        take_part(act, each)
        decide(act, Action.CASE_MERGE, each)
    keys = sorted((case, into))
    rows = {each: case_for(act, each, alone=alone) for each in keys}
    courses = {each: course_of(act, each, alone=alone) for each in keys}
    for each in (case, into):
        take_part(act, each)  # again: somebody may have merged it while this waited
    before, after, old, course = rows[case], rows[into], courses[case], courses[into]
    check_merge((old.standing.embargo, world_of(before)), (course.standing.embargo, world_of(after)))
    _nothing_waits(act, before, after)
    known = {seat.party for seat in course.seats.values()}
    parts = parts_of(act, old)
    bridges = Bridge.unscoped.filter(scopes.bridges(act.actor), case=case).values_list("organisation", flat=True)
    along = [each for each in parts.ready if each.party in set(bridges) - known]
    members = [each for each in (*parts.ready, *parts.asked) if each.party not in known and each not in along]
    linked = [(each, address) for each, address in parts.linked if each.party not in known]
    end = merged_end([old.standing.end, course.standing.end])
    return _Pair(before, old, after, course, end, along, (members, linked))


def _nothing_waits(act: Act, before: Case, after: Case) -> None:
    no_claim_waits(act, before.id)
    if waiting_in(act, before.id).exclude(project=after.project).exists():
        raise AgainstRules(
            "an invitation waits for its turn at another project",
            code=CODE,
            advice="withdraw it first, and let its people in to the other case",
        )


def no_claim_waits(act: Act, case: UUID) -> None:
    """Refuse what ends a case while somebody says that it is out, and nobody has decided whether it is."""
    claims = Claim.unscoped.filter(scopes.of_cases(act.actor), case=case)
    if claims.filter(state__in=[ClaimState.ASSERTED, ClaimState.DOUBTED]).exists():
        raise AgainstRules(
            "somebody says that it is out, and nobody has decided yet", code=CODE, advice="decide on the claim first"
        )


def _join_ends(act: Act, pair: _Pair, because: str) -> None:
    for course in (pair.course, pair.old):
        bring_forward(act, course, pair.end, because)


def _join_findings(act: Act, pair: _Pair) -> None:
    """The case that goes on has the findings of both; its vendors that got its own see these too."""
    reports = Report.unscoped.filter(scopes.of_cases(act.actor))
    there = reports.filter(case=pair.after.id).values("finding")
    found = list(reports.filter(case=pair.before.id).exclude(finding__in=there).values_list("finding", flat=True))
    if not found:
        return
    keep_hidden(act, found, title=pair.after.title, summary=pair.after.summary)
    Report.unscoped.bulk_create([Report(id=act.new_id(), case=pair.after.id, finding=each) for each in found])
    for finding in forward(act, found, purpose=Purpose.FIX):
        show(act, pair.course, finding)


def _offer(act: Act, pair: _Pair) -> dict[UUID, UUID]:
    """Offer a part to everybody else; returns, of each participant that has a seat in both, the one in the other."""
    members, linked = pair.newcomers
    for each in pair.along:
        take_over(act, pair.after, each, Consent.SIGNATORY)
    offer(act, pair.after, members)
    for each, _ in linked:
        take_over(act, pair.after, each, Consent.INVITED)
    after = {each.party: each.id for each in course_of(act, pair.after.id, alone=True).seats.values()}
    gone = {each.id for each in parts_of(act, pair.old).gone}
    return {key: after[each.party] for key, each in pair.old.seats.items() if each.party in after and key not in gone}
