from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand, end
from levee.cases.models import Participant
from levee.cases.rules.answers import Answer, check_answer
from levee.cases.rules.embargo import CONSENT, Consent, ConsentVerb
from levee.cases.services.contacts import confirm
from levee.cases.services.rows import case_for, own_seat
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor


def answer(actor: Actor, case: UUID, *, answer: Answer, by: str, justification: str = "", code: str = "") -> None:
    """Answer for one's product, dated and by name; a later answer replaces an earlier one.

    Args:
        actor: the vendor.
        case: the case.
        answer: seen, looking, affected, not affected or fixed.
        by: the name of the person who answers.
        justification: with `not_affected`, and only with it, one of the VEX justifications.
        code: a second code, from an actor that came in by a link.

    Raises:
        BadInput: no name, answer and justification do not go together, or the code does not confirm it.
    """
    check_answer(answer, justification)
    if not by.strip():
        raise BadInput("an answer carries the name of who gives it", place="by")
    confirm(actor, case, code=code)
    with acting(actor) as act:
        demand(act, Action.CASE_ANSWER, subject=case)
        seat = own_seat(act, case)
        Participant.unscoped.filter(id=seat.id).update(
            answer=answer, justification=justification, answered_by=by.strip(), answered_at=act.now
        )
        record(
            act,
            log=("case", case),
            verb=Action.CASE_ANSWER,
            subject=seat.id,
            fields={"answer": answer, "justification": justification},
        )


def consent(actor: Actor, case: UUID, *, verb: ConsentVerb, code: str = "") -> None:
    """Accept or decline the embargo. Who declines loses sight of what comes; the embargo itself goes on.

    Args:
        actor: the vendor.
        case: the case.
        verb: accept, decline, or revise to withdraw.
        code: a second code, from an actor that came in by a link; withdrawing needs none.

    Raises:
        BadInput: another verb, or the code does not confirm it. Conflict: the verb is not open now.
    """
    if verb not in {ConsentVerb.ACCEPT, ConsentVerb.DECLINE, ConsentVerb.REVISE}:
        raise BadInput("accept, decline, or revise to withdraw consent", place="verb")
    if verb is ConsentVerb.ACCEPT:
        confirm(actor, case, code=code)
    with acting(actor) as act:
        demand(act, Action.CASE_ANSWER, subject=case)
        row, seat = case_for(act, case), own_seat(act, case)
        after = CONSENT.after(Consent(seat.consent), verb)
        Participant.unscoped.filter(id=seat.id).update(consent=after)
        record(act, log=("case", case), verb=Action.CASE_ANSWER, subject=seat.id, fields={"consent": after})
        if after in {Consent.DECLINED, Consent.LAPSED}:
            for subject in (row.everyone, row.id):
                end(act, subject=subject, party=actor.party)
