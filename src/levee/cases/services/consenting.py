"""A party's own word on the embargo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases.course.taking_part import consented
from levee.cases.models import Participant
from levee.cases.rules.embargo import ConsentVerb
from levee.cases.services.contacts import confirm
from levee.cases.services.course import course_of
from levee.cases.services.rows import take_part
from levee.cases.services.threads import leave
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor


def consent(actor: Actor, case: UUID, *, verb: ConsentVerb, code: str = "") -> None:
    """Agree to the embargo, decline it, or withdraw; the embargo itself goes on.

    Who withdraws, or declines terms that are in force, leaves and sees nothing more of the case. Who declines what is
    only proposed is bound by the old terms again if its owner declines it too, and is out if the owner agrees.

    Args:
        actor: a finder or a vendor.
        case: the case.
        verb: accept, decline, or revise to withdraw.
        code: a second code, from an actor that came in by a link; withdrawing needs none.

    Raises:
        BadInput: another verb, or the code does not confirm it.
        AgainstRules: the verb is not open now, or the actor left before (rule 9).
    """
    if verb not in {ConsentVerb.ACCEPT, ConsentVerb.DECLINE, ConsentVerb.REVISE}:
        raise BadInput("accept, decline, or revise to withdraw consent", place="verb")
    if verb is ConsentVerb.ACCEPT:
        confirm(actor, case, code=code)
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.EMBARGO_CONSENT, subject=case)
        course = course_of(act, case, alone=True)
        seat = course.seat_of(actor.party)
        course.add(act, consented(course.standing, seat, verb, act.now))
        after = course.standing.consent(seat)
        record(act, log=("case", case), verb=Action.EMBARGO_CONSENT, subject=seat, fields={"consent": after})
        if seat not in course.standing.left:
            return
        if course.seats[seat].capacity == Capacity.VENDOR:  # so that a new link offers it the terms again
            Participant.unscoped.filter(id=seat).update(consent=after)
        leave(act, case, actor.party)
