"""A case that turns out to be about two flaws, and one that is over and has to be taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases import scopes
from levee.cases.models import Report
from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event
from levee.cases.rules.merging import CODE, check_settled
from levee.cases.rules.reports import Report as Stands
from levee.cases.services.course import course_of
from levee.cases.services.impartial import decide
from levee.cases.services.merging import credited
from levee.cases.services.opening import check_joined
from levee.cases.services.rows import case_for, keep_hidden_of, take_part, world_of
from levee.cases.services.succeeding import (
    carry_clocks,
    come_out,
    inherited_end,
    learn_all,
    note,
    parts_of,
    stays_over,
    succeed,
)
from levee.cases.types import Kind, Plan
from levee.clustering.selectors import of_finding
from levee.findings.services import keep_hidden
from levee.kernel.errors import AgainstRules, BadInput, NotFound
from levee.kernel.ids import public_id
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

    from levee.cases.models import Case
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def split(actor: Actor, case: UUID, *, findings: Collection[UUID], title: str, because: str, summary: str = "") -> UUID:
    """Let some findings of a case become a case of their own, under the same embargo and with the same parties.

    Who agreed to the embargo takes part at once; who has not is offered the terms; who has no account gets a letter.
    The findings are no longer part of this case, and their finders stay who found them. A merge is undone so, too.

    Args:
        actor: a coordinator of the case's owner.
        case: the case; it goes on.
        findings: some of its findings, and not all.
        title: of the new case, one line.
        because: why they are another flaw; every party reads it.
        summary: of the new case; this one's where it is empty.

    Returns:
        The new case.

    Raises:
        BadInput: no title, no reason, words that were hidden, no finding or all of them. NotFound: one is not in the
            case. AgainstRules: another end is proposed, or the case goes on in another one.
    """
    if not title.strip():
        raise BadInput("a case needs a title", place="title")
    chosen = set(findings)
    with acting(actor) as act:
        before, old = _begin(act, case, because, alone=True)
        check_settled(old.standing.embargo)
        reports = Report.unscoped.filter(scopes.of_cases(actor), case=case)
        _check_chosen(chosen, set(reports.values_list("finding", flat=True)))
        keep_hidden(act, chosen, title=title, summary=summary or before.summary)
        after = come_out(
            act,
            before,
            old,
            sorted(chosen),
            end=inherited_end(old),
            title=title.strip(),
            summary=summary.strip(),
            cluster=_cluster(actor, chosen, before.cluster),
        )
        reports.filter(finding__in=chosen).delete()
        learn_all(act, after, [event for event in Event if event in world_of(before)])
        stays_over(act, after, before, old)
        note(act, case, after.id, Kind.SPLIT, because.strip())
        record(act, log=("case", case), verb=Action.CASE_MERGE, subject=case, fields={"findings": _named(chosen)})
        for each in parts_of(act, old).ready:
            carry_clocks(act, after.id, each.party)
    return after.id


def split_plan(actor: Actor, case: UUID) -> Plan:
    """What a split would do, whichever findings are chosen; it raises what the split would."""
    with acting(actor) as act:
        _, old = _begin(act, case, "look")
        check_settled(old.standing.embargo)
        return _plan(act, old, inherited_end(old))


def reopen(actor: Actor, case: UUID, *, because: str) -> UUID:
    """Take up again what is over: a case with the same findings and parties takes this one's place.

    What happened stays so. No embargo comes back by it; where nothing is out, somebody may propose one.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        because: why; every party reads it.

    Returns:
        The case that takes this one's place.

    Raises:
        BadInput: no reason, or words that were hidden. AgainstRules: it is not over.
    """
    with acting(actor) as act:
        before, old = _begin(act, case, because, alone=True)
        _check_over(before, old)
        world = [event for event in Event if event in world_of(before)]
        return succeed(act, before, kind=Kind.REOPENED, world=world, end=None, because=because.strip())


def reopen_plan(actor: Actor, case: UUID) -> Plan:
    """What a new opening would do; it raises what that would."""
    with acting(actor) as act:
        before, old = _begin(act, case, "look")
        _check_over(before, old)
        return _plan(act, old, None)


def _begin(act: Act, case: UUID, because: str, *, alone: bool = False) -> tuple[Case, Course]:
    if not because.strip():
        raise BadInput("say why", place="because")
    take_part(act, case)
    decide(act, Action.CASE_MERGE, case)
    check_joined(act)
    keep_hidden_of(act, case, because=because)
    row, course = case_for(act, case, alone=alone), course_of(act, case, alone=alone)
    take_part(act, case)  # again: somebody may have taken it on while this waited
    return row, course


def _check_chosen(chosen: set[UUID], there: set[UUID]) -> None:
    if not chosen <= there:
        raise NotFound("this finding is not in the case", place="findings")
    if not chosen or chosen == there:
        raise BadInput("choose some of the findings, and leave some in the case", place="findings")


def _check_over(case: Case, course: Course) -> None:
    if course.standing.embargo in {*HOLDING, Embargo.PROPOSED}:
        raise AgainstRules(
            "an embargo holds, or is proposed: this case goes on", code=CODE, advice="go on in it; nothing is closed"
        )
    closed = Stands.CLOSED in course.standing.reports.values()
    if not (closed or world_of(case) or course.standing.embargo is Embargo.EXITED):
        raise AgainstRules("nothing in this case is over", code=CODE, advice="go on in it; nothing is closed")


def _named(findings: Iterable[UUID]) -> str:
    return ", ".join(public_id("FND", each) for each in sorted(findings))


def _cluster(actor: Actor, chosen: set[UUID], otherwise: UUID | None) -> UUID | None:
    found = of_finding(actor, min(chosen))
    return found.id if found else otherwise


def _plan(act: Act, old: Course, end: datetime | None) -> Plan:
    parts = parts_of(act, old)
    findings = Report.unscoped.filter(scopes.of_cases(act.actor), case=old.case).values_list("finding", flat=True)
    return Plan(
        embargo_end=end,
        comes_in=tuple(each.name for each in parts.ready),
        offered=tuple(each.name for each in parts.asked),
        written=tuple(each.name for each, _ in parts.linked),
        left_out=tuple(each.name for each in parts.gone),
        finders=credited(act, findings),
        findings=len(findings),
    )
