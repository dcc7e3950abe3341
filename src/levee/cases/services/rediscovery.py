"""Who found the same flaw again: its report joins the case, and its finder takes part and keeps its credit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import grant
from levee.cases.course.taking_part import holds_it_too
from levee.cases.lineage import causes
from levee.cases.models import Report
from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import Consent, Embargo
from levee.cases.rules.reports import REPORT
from levee.cases.services.asked import ask_for
from levee.cases.services.course import course_of
from levee.cases.services.impartial import decide
from levee.cases.services.opening import seat
from levee.cases.services.rows import case_for, in_no_case, take_part
from levee.findings.services import forward, keep_hidden
from levee.findings.types import Purpose
from levee.identity.selectors import names
from levee.kernel.errors import Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def take_in(actor: Actor, case: UUID, finding: UUID) -> None:
    """Take a finding of the same cause into a case: its finder holds the secret already, and takes part at once.

    It has agreed to the embargo by the house's published terms, as those who were there first (rule 12). Vendors that
    agree to the embargo see its report too.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        finding: one of the case's cluster.

    Raises:
        NotFound: it is no finding of this cause. Conflict: the case has it already, another end is proposed so that
            nobody is told anything new, or its finder's terms keep it here.
        BadInput: the case's title or summary repeats what is hidden in it.
    """
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.CASE_INVITE, case)
        row, course = case_for(act, case), course_of(act, case, alone=True)
        if finding not in causes(act, row):
            raise NotFound("there is no such finding of this cause", place="finding")
        in_no_case(act, [finding])
        if course.standing.embargo is Embargo.REVISE:
            raise Conflict(
                "while another end is proposed nobody is told anything new",
                advice="decide on the proposal first; a second finder is a reason for an earlier end",
            )
        ((_, finder),) = forward(act, [finding], purpose=Purpose.FIX).items()
        keep_hidden(act, [finding], title=row.title, summary=row.summary)
        Report.unscoped.bulk_create([Report(id=act.new_id(), case=case, finding=finding)])
        show(act, course, finding)
        if finder not in {each.party for each in course.seats.values()}:
            known = names(actor, [finder])
            joined = seat(act, row, finder, known[finder], Capacity.FINDER, Consent.SIGNATORY)
            course = course_of(act, case, alone=True)
            course.add(act, holds_it_too(course.standing, joined.id, course.seat_of(actor.party), act.now))
        ask_for(act, case, [finding])
        record(act, log=("case", case), verb=Action.CASE_INVITE, subject=finding, fields={"rediscovered": True})


def show(act: Act, course: Course, finding: UUID) -> None:
    """Let those vendors see the report that got the others, and that the embargo lets be told."""
    for key, each in course.seats.items():
        got = course.standing.reports.get(key, REPORT.start) is not REPORT.start and key not in course.standing.left
        agrees = course.standing.consent(key) is Consent.SIGNATORY or course.standing.embargo not in HOLDING
        if each.capacity == Capacity.VENDOR and got and agrees:
            grant(act, subject=finding, party=each.party, capacity=Capacity.VENDOR)
