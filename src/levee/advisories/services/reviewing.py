"""What one person published is looked at by a second one afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.advisories import scopes
from levee.advisories.models import Publication
from levee.advisories.services.writing import may_go_out, note
from levee.cases.services import keep_hidden_of
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor


def review(actor: Actor, case: UUID, *, stands: bool, because: str) -> None:
    """Say, as a second person, whether it was right that one person published this alone.

    Args:
        actor: a coordinator of the case's owner, and not the one who published.
        case: the case.
        stands: whether it was right.
        because: why.

    Raises:
        BadInput: no reason, or hidden words. NotFound: nothing was published alone here. Conflict: it was reviewed.
        Forbidden: it is the actor's own. AgainstRules: a conflict of interest stands against the actor.
    """
    if not because.strip():
        raise BadInput("say why", place="because")
    with acting(actor) as act:
        may_go_out(act, Action.ADVISORY_PUBLISH, case)
        rows = Publication.unscoped.filter(scopes.publications(actor), case=case, agreed=True).exclude(alone="")
        row = rows.select_for_update().first()
        if row is None:
            raise NotFound("nothing was published by one person here")
        if row.reviewed_at is not None:
            raise Conflict("this was reviewed already")
        if row.asked_by == actor.id:
            raise Forbidden(
                "a second person reviews what you published",
                code="advisory.second_person",
                advice="ask another coordinator",
            )
        keep_hidden_of(act, case, because=because)
        row.stands, row.reviewed_by, row.reviewed_at, row.review = stands, actor.id, act.now, because.strip()
        row.save(update_fields=["stands", "reviewed_by", "reviewed_at", "review"])
        note(act, row, "review: right" if stands else "review: wrong", because=row.review)
