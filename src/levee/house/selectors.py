from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.house import calendar, scopes, types
from levee.house.calendar import look
from levee.house.closing import within
from levee.house.models import Closing, Handover, Setting, Shift
from levee.identity.selectors import called
from levee.kernel.errors import BadInput
from levee.platform.database.acting import acting
from levee.platform.database.asking import ask
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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


def shifts(actor: Actor) -> Sequence[types.Shift]:
    """Who is on call from now on, the one that runs first.

    Raises:
        NotFound: the actor is not of the clearinghouse.
    """
    with acting(actor) as act:
        demand(act, Action.DUTY_SEE, of=clearinghouse())
        rows = list(_shifts(act).filter(end__gt=act.now).order_by("start"))
        names = called(actor, {row.person for row in rows})
    return [_shift(row, names) for row in rows]


def on_call(actor: Actor) -> types.Shift | None:
    """Who is on call now; None where nobody is."""
    with acting(actor) as act:
        demand(act, Action.DUTY_SEE, of=clearinghouse())
        row = on_call_at(act, act.now)
        return _shift(row, called(actor, {row.person})) if row is not None else None


def on_call_at(act: Act, at: datetime) -> Shift | None:
    """The shift that runs at an instant; none where its person is no coordinator of the house any more."""
    row = _shifts(act).filter(start__lte=at, end__gt=at).first()
    return row if row and ask("select levee_coordinates(%s)", [row.person])[0][0] else None


def hand_overs(actor: Actor, *, limit: int = 20) -> Sequence[types.Handover]:
    """What was left for whoever is on call next, newest first.

    Raises:
        NotFound: the actor is not of the clearinghouse.
    """
    with acting(actor) as act:
        demand(act, Action.DUTY_SEE, of=clearinghouse())
        rows = list(Handover.unscoped.filter(scopes.handovers(actor)).order_by("-at", "-id")[:limit])
        names = called(actor, {row.by for row in rows})
    return [
        types.Handover(by=names.get(row.by, "a former member"), note=row.note, cursor=row.cursor, at=row.at)
        for row in rows
    ]


def _shifts(act: Act) -> QuerySet[Shift]:
    return Shift.unscoped.filter(scopes.duty(act.actor), ended_at=None)


def _shift(row: Shift, names: Mapping[UUID, str]) -> types.Shift:
    return types.Shift(
        id=row.id,
        person=row.person,
        name=names.get(row.person, ""),
        address=row.address,
        start=row.start,
        end=row.end,
    )
