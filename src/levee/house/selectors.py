from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.house import calendar, scopes, types
from levee.house.calendar import look
from levee.house.closing import within
from levee.house.models import Closing, Setting
from levee.kernel.errors import BadInput
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.house.calendar import Look
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

CLOSINGS = "closings of the house"


def settings(actor: Actor) -> Sequence[types.Choice]:
    """What the house has chosen, and the default of what it has not.

    Raises:
        NotFound: the actor is not of the clearinghouse.
    """
    with acting(actor) as act:
        demand(act, Action.SETTING_SEE, of=clearinghouse())
        return [chosen(act, name) for name in types.Name]


def closings(actor: Actor) -> Sequence[types.Kept]:
    """When the house publishes nothing, as it stands now: weekdays, hours, then days and windows in order."""
    with acting(actor) as act:
        demand(act, Action.CALENDAR_SEE)
        rows = list(_standing(act))
    kept = [types.Kept(id=row.id, closing=_closing(row), at=row.at) for row in rows]
    return sorted(kept, key=_order)


def look_at(actor: Actor, at: datetime) -> Look:
    """What the house's calendar says of an instant.

    Raises:
        BadInput: the instant has no zone, or is far from any that a house looks at.
    """
    if at.tzinfo is None:
        raise BadInput("an instant has a zone, such as 2026-12-20T08:00:00Z", place="at")
    within(at, "at")
    with acting(actor) as act:
        demand(act, Action.CALENDAR_SEE)
        return looked_at(act, at)


def looked_at(act: Act, at: datetime) -> Look:
    """The same as part of an act, which asks for the closings once."""
    if CLOSINGS not in act.kept:
        act.kept[CLOSINGS] = [_closing(row) for row in _standing(act)]
    return look(act.kept[CLOSINGS], at)


def _standing(act: Act) -> QuerySet[Closing]:
    return Closing.unscoped.filter(scopes.closings(act.actor), ended_at=None)


def _closing(row: Closing) -> calendar.Closing:
    return calendar.Closing(
        kind=calendar.ClosedOn(row.kind),
        zone=ZoneInfo(row.zone),
        because=row.because,
        weekday=row.weekday,
        day=row.day,
        opens=row.opens,
        closes=row.closes,
        start=row.start,
        end=row.end,
    )


def _order(kept: types.Kept) -> tuple[int, int, str, UUID]:
    each = kept.closing
    return (
        list(calendar.ClosedOn).index(each.kind),
        each.weekday or 0,
        f"{each.day or ''}{each.start or ''}",
        kept.id,
    )


def chosen(act: Act, name: types.Name) -> types.Choice:
    """What holds now, for an act of the house's own people or runs."""
    row = Setting.unscoped.filter(scopes.settings(act.actor), name=name).order_by("-at", "-id").first()
    if row is None:
        return types.Choice(name=name, value=name.default)
    return types.Choice(name=name, value=row.value, because=row.because, by=row.by, at=row.at)
