from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.notices import scopes, types
from levee.notices.models import Notice
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.policy.actors import Actor


def received(actor: Actor, *, limit: int = 200) -> Sequence[types.Notice]:
    """What the clearinghouse told the actor's own organisation, newest first."""
    with acting(actor) as act:
        demand(act, Action.NOTICE_SEE, of=actor.party)
        rows = list(Notice.unscoped.filter(scopes.visible(actor)).order_by("-at", "-id")[:limit])
    return [types.Notice(id=row.id, product=row.product, text=row.text, label=row.label, at=row.at) for row in rows]
