"""What a vendor does with the report that it got, and that it knows of the flaw at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases.course.handling import HANDLED, handled, learned
from levee.cases.rules.facts import Event
from levee.cases.services.contacts import confirm
from levee.cases.services.course import course_of
from levee.cases.services.impartial import decide
from levee.cases.services.rows import keep_hidden_of, take_part
from levee.kernel.errors import BadInput, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.rules.reports import ReportVerb
    from levee.policy.actors import Actor


def handle(actor: Actor, case: UUID, *, step: ReportVerb | Event, because: str, code: str = "") -> None:
    """Say what one did with the report: found it valid or invalid, took it up, set it aside, closed it; or with a fix.

    Args:
        actor: the vendor.
        case: the case.
        step: a verb of the report other than receive; or `F` where a fix is ready, `D` where it is deployed.
        because: why; every party reads it.
        code: a second code, from an actor that came in by a link.

    Raises:
        BadInput: no reason, another step, words that were hidden, or the code does not confirm it.
        AgainstRules: the step is not open now, an embargo keeps the report open (rule 7), or a fix is said to be
            ready by who never took the report up (rule 5).
    """
    if step not in HANDLED:
        raise BadInput(f"one of {', '.join(HANDLED)}", place="step")
    if not because.strip():
        raise BadInput("say why", place="because")
    confirm(actor, case, code=code)
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.CASE_ANSWER, subject=case)
        keep_hidden_of(act, case, because=because)
        course = course_of(act, case, alone=True)
        seat = course.seat_of(actor.party)
        course.add(act, handled(course.standing, seat, step, act.now, because.strip()))
        fields = {"step": step, "because": because.strip()}
        record(act, log=("case", case), verb=Action.CASE_ANSWER, subject=seat, fields=fields)


def note_awareness(actor: Actor, case: UUID, participant: UUID, *, evidence: str) -> None:
    """Put on record that a vendor knows of the flaw, although it got no report of this case yet.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        participant: the vendor's seat.
        evidence: where that can be seen.

    Raises:
        NotFound: no vendor has this seat. BadInput: no evidence, or words that were hidden.
        AgainstRules: it is on record already.
    """
    if not evidence.strip():
        raise BadInput("name the evidence", place="evidence", advice="an address, or where and when it was seen")
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.FACT_DECIDE, case)
        keep_hidden_of(act, case, evidence=evidence)
        course = course_of(act, case, alone=True)
        seat = course.seats.get(participant)
        if seat is None or seat.capacity != Capacity.VENDOR:
            raise NotFound("there is no such vendor in this case")
        by = course.seat_of(actor.party)
        course.add(act, learned(course.standing, participant, by, act.now, evidence.strip()))
        fields = {"event": Event.VENDOR_AWARE, "evidence": evidence.strip()}
        record(act, log=("case", case), verb=Action.FACT_DECIDE, subject=participant, fields=fields)
