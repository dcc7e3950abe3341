from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.notify import scopes, types
from levee.notify.models import Letter
from levee.notify.services import text_of
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.policy.actors import Actor


IN_THE_LETTER = "(only in the letter itself)"


def outbox(actor: Actor, *, limit: int = 200) -> Sequence[types.Letter]:
    """The newest letters; where a mail server takes them, without their codes, which are for the addressee alone.

    Raises:
        NotFound: the actor is not an administrator of the clearinghouse.
    """
    with acting(actor) as act:
        demand(act, Action.OUTBOX_SEE)
        rows = list(Letter.unscoped.filter(scopes.visible(act.actor)).order_by("-queued_at")[:limit])
    return [
        types.Letter(
            id=row.id,
            address=row.address,
            text=text_of(row.locator, _shown(row.code)),
            queued_at=row.queued_at,
            sent_at=row.sent_at,
        )
        for row in rows
    ]


def _shown(code: str) -> str:
    return IN_THE_LETTER if code and settings().smtp_url else code
