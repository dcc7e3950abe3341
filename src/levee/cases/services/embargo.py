from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases.course import proposing as rules
from levee.cases.events import EmbargoEnded
from levee.cases.models import Case
from levee.cases.rules.crossing import HOLDING
from levee.cases.services.course import course_of
from levee.cases.services.links import end_links
from levee.cases.services.rows import case_for, keep_hidden_of, take_part
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.rules.embargo import EndReason
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def end_embargo(actor: Actor, case: UUID, *, reason: EndReason, evidence: str) -> None:
    """End the embargo now: the flaw, an exploit or attacks became public, or its owner ends it.

    The links that maintainers without an account came in by end with it, and so does all that came of them. Members
    keep their part; a maintainer who is still needed gets a new link.

    Raises:
        BadInput: no evidence is named.
        Conflict: it has ended already.
    """
    if not evidence.strip():
        raise BadInput("name the evidence", place="evidence")
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.EMBARGO_END, subject=case)
        keep_hidden_of(act, case, evidence=evidence)
        ended(act, case_for(act, case), reason, evidence=evidence)


def ended(act: Act, case: Case, reason: EndReason, *, evidence: str, course: Course | None = None) -> None:
    """End the embargo of a case as part of an act that may: its state, its links, its log, and the news of it.

    What was only proposed is declined by it.

    Raises:
        AgainstRules: there is none.
    """
    course = course or course_of(act, case.id, alone=True)
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
