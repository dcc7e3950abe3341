"""The board's charts, and how old what it rests on is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.platform.ports import ports
from levee.web.charts import Bar, Series, bar_chart, column_chart
from levee.web.tables import Tone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from levee.exposure.types import Board, Due
    from levee.inventory.types import Inventory
    from levee.web.charts import BarChart, ColumnChart

PRESSING_DAYS = 3
SOON_DAYS = 14
OLD_DAYS = 14
AGES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How old one of the things is that the list rests on."""

    what: str
    age: str
    old: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The board, drawn; no trend before there is a second week."""

    due: BarChart
    owners: BarChart
    sources: BarChart
    trend: ColumnChart | None
    ages: tuple[Age, ...]


def drawn(board: Board, inventories: Sequence[Inventory]) -> Drawn:
    """The charts of a board."""
    now = ports().clock.now()
    return Drawn(
        due=bar_chart(
            title="What is due",
            description="How many things to do, by the time there is from the start.",
            bars=[_due(each) for each in board.due],
        ),
        owners=bar_chart(
            title="Who has to act",
            description="How many things to do, by who can change the machine.",
            bars=[Bar(label=each.name or "We ourselves", value=each.count) for each in board.owners],
        ),
        sources=bar_chart(
            title="Who says so",
            description="How many things to do, by whose advisories they rest on.",
            bars=[Bar(label=each.name, value=each.count, tone=Tone.PLAIN) for each in board.sources],
        ),
        trend=_trend(board),
        ages=(_age("Last news of a flaw", board.learnt_at, now), *_ages(inventories, now)),
    )


def _due(due: Due) -> Bar:
    late = f"{due.overdue} overdue" if due.overdue else ""
    if due.days is None:
        return Bar(label="With the next upgrade", value=due.count, tone=Tone.PLAIN, note=late)
    label = f"{due.days} days" + (", evidence first" if due.forensics else "")
    tone = Tone.STOP if due.days <= PRESSING_DAYS else Tone.WARN if due.days <= SOON_DAYS else Tone.INFO
    return Bar(label=label, value=due.count, tone=tone, note=late)


def _trend(board: Board) -> ColumnChart | None:
    weeks = board.weeks
    if not any(week.open or week.claimed or week.confirmed for week in weeks[:-1]):
        return None
    return column_chart(
        key="trend",
        title="Week by week",
        description="How many things there were, and where they stood when each week ended.",
        labels=[f"{week.ends_at.day} {week.ends_at:%b}" for week in weeks],
        series=[
            Series(name="Confirmed", values=[week.confirmed for week in weeks], tone=Tone.GOOD),
            Series(name="Reported done", values=[week.claimed for week in weeks], tone=Tone.WARN),
            Series(name="To do", values=[week.open for week in weeks], tone=Tone.INFO),
        ],
    )


def _ages(inventories: Sequence[Inventory], now: datetime) -> list[Age]:
    """The oldest first: they are the ones to look after."""
    oldest = sorted(inventories, key=lambda each: each.imported_at)
    found = [_age(f"Your inventory {each.name}", each.imported_at, now) for each in oldest[:AGES]]
    if len(oldest) > AGES:
        found.append(Age(what=f"{len(oldest) - AGES} more", age="newer than these", old=False))
    return found


def _age(what: str, at: datetime | None, now: datetime) -> Age:
    if at is None:
        return Age(what=what, age="none yet", old=True)
    days = max((now - at).days, 0)
    age = "today" if not days else "a day old" if days == 1 else f"{days} days old"
    return Age(what=what, age=f"{age} ({at:%Y-%m-%d})", old=days >= OLD_DAYS)
