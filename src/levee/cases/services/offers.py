"""A part in a case that a member is offered: it sees the terms, and nothing of the case before it agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from levee.access.services import demand
from levee.cases.course.replay import Entry, Moves
from levee.cases.course.taking_part import came_in
from levee.cases.rules.embargo import Consent, ConsentVerb
from levee.cases.services.course import course_of
from levee.cases.services.succeeding import carry_clocks
from levee.kernel.errors import BadInput, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from levee.policy.actors import Actor

SAYS = {ConsentVerb.ACCEPT: Consent.SIGNATORY, ConsentVerb.DECLINE: Consent.DECLINED}


def answer_offer(actor: Actor, participant: UUID, *, verb: ConsentVerb) -> UUID | None:
    """Agree to the terms of a case and take part in it, or decline and see nothing of it.

    What one's organisation said of clocks in a case that was merged into this one comes along.

    Args:
        actor: of the organisation that is offered the part.
        participant: the seat.
        verb: accept or decline.

    Returns:
        The case; None where it is declined.

    Raises:
        BadInput: another verb. NotFound: no such part is offered to the actor's organisation, or no longer.
    """
    if verb not in SAYS:
        raise BadInput("accept or decline", place="verb")
    with acting(actor) as act:
        demand(act, Action.CASE_JOIN, of=actor.party)
        with connection.cursor() as cursor:
            cursor.execute("select levee_offer_answer(%s, %s, %s)", [participant, SAYS[verb], act.now])
            row = cursor.fetchone()
        case = UUID(str(row[0])) if row and row[0] else None
        if case is None:
            raise NotFound("no such part is offered to you", place="participant")
        log = ("organisation", actor.party)
        if verb is ConsentVerb.DECLINE:  # it takes no part in the case, so it writes nothing there
            record(act, log=log, verb=Action.CASE_JOIN, subject=participant, fields={"consent": SAYS[verb]})
            return None
        course = course_of(act, case, alone=True)
        capacity = course.seats[participant].capacity
        if capacity == Capacity.VENDOR:
            course.add(act, came_in(course.standing, participant, act.now))
        elif capacity != Capacity.OBSERVER:  # an observer takes no step: its word was written for it
            step = Entry(at=act.now, moves=Moves.CONSENT, verb=ConsentVerb.ACCEPT, seat=participant, by=participant)
            course.add(act, [step])
        record(act, log=("case", case), verb=Action.CASE_JOIN, subject=participant, fields={"consent": SAYS[verb]})
        carry_clocks(act, case, actor.party)
        return case
