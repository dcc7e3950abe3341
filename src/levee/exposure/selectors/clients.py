"""One view over all operators that an intermediary serves: each is read in its own name, by its own consent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from levee.exposure import scopes, types
from levee.exposure.actions.states import DUE
from levee.exposure.models import Todo
from levee.exposure.priority.tables import Band
from levee.identity.selectors import stand_ins
from levee.inventory.selectors import newest_import
from levee.platform.database.acting import acting

if TYPE_CHECKING:
    from levee.identity.types import Client
    from levee.policy.actors import Actor

First = Callable[["Actor"], Sequence[types.Action]]


def boards(actor: Actor, first: First) -> Sequence[types.ClientBoard]:
    """What stands with each operator whose consent stands now: the most overdue first, then the most pressing.

    Args:
        actor: a member of an intermediary.
        first: an operator's most pressing action, or none.
    """
    found = [_board(stand_in, client, first) for client, stand_in in stand_ins(actor)]
    return sorted(found, key=lambda each: (-each.overdue, _first_due(each), each.name))


def _board(actor: Actor, client: Client, first: First) -> types.ClientBoard:
    with acting(actor) as act:
        pressing = first(actor)
        standing = Todo.unscoped.filter(scopes.visible(actor), state__in=DUE)
        late = Count("id", filter=Q(due_at__lt=act.now))
        bands = standing.values("strictness", "timeline__band").annotate(count=Count("id"), overdue=late)
        due = tuple(_due(band) for band in bands.order_by("strictness"))
        imported_at = newest_import(actor)
    return types.ClientBoard(
        operator=client.id,
        name=client.name,
        may_act=client.may_act,
        due=due,
        overdue=sum(each.overdue for each in due),
        pressing=pressing[0] if pressing else None,
        imported_at=imported_at,
    )


def _due(band: Mapping[str, Any]) -> types.Due:
    told = Band(**band["timeline__band"])
    return types.Due(days=told.days, forensics=told.forensics, count=band["count"], overdue=band["overdue"])


def _first_due(each: types.ClientBoard) -> str:
    at = each.pressing.due_at if each.pressing else None
    return at.isoformat() if at else "9999"
