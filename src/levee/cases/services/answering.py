"""What a vendor answers about its products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases.answers import standing, told
from levee.cases.course.handling import answered
from levee.cases.models import Answer as Row
from levee.cases.rules.answers import About, Answer, check_about, check_answer, overall
from levee.cases.services.contacts import confirm
from levee.cases.services.course import course_of
from levee.cases.services.rows import keep_hidden_of, one_line, take_part
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor


def answer(
    actor: Actor,
    case: UUID,
    *,
    answer: Answer,
    by: str,
    justification: str = "",
    product: str = "",
    version: str = "",
    code: str = "",
) -> UUID:
    """Answer for one's products, dated and by name; it ends earlier answers that it covers, and they stay on record.

    Who is affected takes the report up by it, who is not affected sets it aside, who has fixed it has a fix.

    Args:
        actor: the vendor.
        case: the case.
        answer: seen, looking, affected, not affected or fixed.
        by: the name of the person who answers.
        justification: with `not_affected`, and only with it, one of the VEX justifications.
        product: one product, by its name or package URL; empty for all that no other answer names.
        version: one version of it, or a range; empty for all that no other answer names.
        code: a second code, from an actor that came in by a link.

    Returns:
        The answer.

    Raises:
        BadInput: no name, a version without its product, answer and justification do not go together, words that
            were hidden, or the code does not confirm it.
        AgainstRules: the vendor has closed its report.
    """
    check_answer(answer, justification)
    about = About(one_line("product", product), one_line("version", version))
    check_about(about)
    if not by.strip():
        raise BadInput("an answer carries the name of who gives it", place="by")
    confirm(actor, case, code=code)
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.CASE_ANSWER, subject=case)
        keep_hidden_of(act, case, product=about.product, version=about.version)
        course = course_of(act, case, alone=True)
        row = Row(
            id=act.new_id(),
            case=case,
            participant=course.seat_of(actor.party),
            product=about.product,
            version=about.version,
            answer=answer,
            justification=justification,
            by=by.strip(),
            at=act.now,
        )
        Row.unscoped.bulk_create([row])
        stand = overall(each.answer for each in standing(told(act, course))[row.participant])
        course.add(act, answered(course.standing, row.participant, stand, act.now))
        fields = {"answer": answer, "justification": justification, "product": product, "version": version}
        record(act, log=("case", case), verb=Action.CASE_ANSWER, subject=row.id, fields=fields)
    return row.id
