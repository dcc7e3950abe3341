"""One person publishes, where that may not wait or the house allows it: an exception, on record and reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.advisories.models import Publication
from levee.advisories.services.asking import void
from levee.advisories.services.writing import asked, check, go_out, in_time, is_out, may_go_out, note
from levee.advisories.types import Alone
from levee.cases.services import keep_hidden_of
from levee.house.selectors import chosen
from levee.house.types import YES, Name
from levee.kernel.errors import AgainstRules, BadInput
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.advisories.types import Draft
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def publish(actor: Actor, case: UUID, draft: Draft, *, because: str, urgent: str = "") -> UUID:
    """Publish as one person: because the flaw is public on record already, or because the house allows it.

    The documents are written and validated now, signed and shown by the worker in a moment. It is on record from now on
    that the flaw is public, and an embargo that still runs ends with it.

    Args:
        actor: a coordinator of the case's owner.
        case: the case; one advisory each.
        draft: what to say.
        because: why nobody else was asked; whoever reviews it reads this.
        urgent: why it may not wait, where the house publishes nothing now; what is public already need not say.

    Returns:
        The advisory's key.

    Raises:
        BadInput: a field is wrong, a validator finds fault with an output, or no reason is given.
        Conflict: the case has its advisory already, or no finder of its cause lets it be published.
        AgainstRules: a second person has to agree, the house publishes nothing now, or a conflict of interest stands
            against the actor.
    """
    if not because.strip():
        raise BadInput("say why nobody else is asked", place="because")
    with acting(actor) as act:
        may_go_out(act, Action.ADVISORY_PUBLISH, case)
        hold(f"publication {case}")
        check(act, case, draft)
        ground = alone_as(act, case)
        if ground is None:
            raise AgainstRules(
                "a second person has to agree to a publication",
                code="advisory.second_person",
                advice="ask another coordinator; one person publishes only what is public already, or where the house"
                " allows it",
            )
        keep_hidden_of(act, case, because=because, urgent=urgent)
        row = asked(act, case, draft)
        void(act, case)
        row.alone, row.agreed, row.settled_by, row.settled_at = ground, True, actor.id, act.now
        row.settlement, row.urgent = because.strip(), in_time(act, case, urgent)
        Publication.unscoped.bulk_create([row])
        note(act, row, f"alone: {ground.value}", because=row.settlement)
        return go_out(act, row)


def alone_as(act: Act, case: UUID) -> Alone | None:
    """On what ground one person may publish; None where a second one has to agree."""
    if is_out(act, case):
        return Alone.URGENT
    return Alone.ALLOWED if chosen(act, Name.PUBLISH_ALONE).value == YES else None
