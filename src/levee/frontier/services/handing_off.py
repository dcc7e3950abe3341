"""What a model finds goes the way of every finding; here stands, for the two sides, which exchange it came up in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.findings import selectors as findings
from levee.frontier import scopes
from levee.frontier.course.machines import By
from levee.frontier.models import HandOff
from levee.frontier.services.rows import held, note, side_of
from levee.frontier.statements import digest_named
from levee.kernel.errors import AgainstRules, BadInput, Conflict
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor


def hand_off(actor: Actor, key: UUID, *, finding: UUID, leaf: str) -> UUID:
    """Say in which sealed exchange a finding came up that the evaluator handed in; also after an end.

    The finding itself names no developer: it is reproduced, merged and coordinated as any other. The developer learns
    that something was handed in, and where its own transcript has it, and not what.

    Args:
        actor: of the evaluator, whose organisation handed the finding in.
        key: the agreement.
        finding: as it was handed in.
        leaf: of the exchange in the log of transcripts, `sha256:…`.

    Raises:
        NotFound: there is no such agreement or finding. BadInput: this is no leaf, or the finding is somebody else's.
        Conflict: it was said before. AgainstRules: this is not the evaluator.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_EVALUATE)
        if side_of(act, row) is not By.EVALUATOR:
            raise AgainstRules("the evaluator hands off what was found", code="frontier.hand_off")
        if findings.get(actor, finding).organisation != actor.party:
            raise BadInput("your organisation did not hand this finding in", place="finding")
        named = digest_named(leaf, "an exchange", place="leaf")
        if HandOff.unscoped.filter(scopes.both_sides(actor), finding=finding).exists():
            raise Conflict("it was said of this finding before", place="finding")
        made = HandOff(
            id=act.new_id(),
            of=key,
            developer=row.developer,
            evaluator=row.evaluator,
            finding=finding,
            leaf=named,
            at=act.now,
        )
        HandOff.unscoped.bulk_create([made])
        note(act, Action.FRAMEWORK_EVALUATE, made.id, what="hand off", leaf=named)
    return made.id
