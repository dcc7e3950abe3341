"""By when a product is to be replaced whose maker mends it no more: a second reason for an action, beside flaws. Pure.

BOD 26-02 asks agencies to take devices at the edge of their networks out of service: those on CISA's list by 5 February
2027, all others by 5 August 2027, and what loses its support later when that happens (as secondary sources tell it).
What the internet cannot reach is named by no directive; for that Levee suggests a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from levee.exposure.priority.tables import Band
from levee.exposure.priority.timelines import Timeline
from levee.formats.signals import Signal
from levee.inventory.types import Exposure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.inventory.types import Asset

NOTICE = timedelta(days=180)
"""So long before support ends the action appears: buying and moving takes months."""
EDGE_DAY = date(2027, 2, 5)
LATEST_EDGE_DAY = date(2027, 8, 5)
AT_LEAST = timedelta(days=14)
"""Nobody can replace a device on the day on which they learn of it."""
INSIDE = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What decides: its edition and title as dates name them, its row there, and whether it binds agencies."""

    edition: str
    title: str
    row: int
    result: str
    binds: bool


EDGE = Rule(
    edition="cisa:BOD-26-02:2026-02-05",
    title="BOD 26-02",
    row=1,
    result="replace: at the edge of the network, by the day for devices on CISA's list",
    binds=True,
)
WITHIN = Rule(
    edition="levee:end-of-support:1",
    title="Levee, for what no directive names",
    row=2,
    result="replace within a year of the end of support",
    binds=False,
)
RULES = {rule.edition: rule for rule in (EDGE, WITHIN)}


def noticed(ends: date | None, now: datetime) -> bool:
    """Whether the end of support is over or so near that there is something to do; one without a day is over."""
    return ends is None or _end_of(ends) <= now + NOTICE


def notice_at(ends: date) -> datetime:
    """From when on there is something to do about it."""
    return _end_of(ends) - NOTICE


def may_bind(edition: str) -> bool:
    """Whether what decided obliges those whom a directive binds; Levee's own advice obliges nobody."""
    rule = RULES.get(edition)
    return rule is None or rule.binds


def lifecycle(asset: Asset, ends: date | None, *, source: str, seen_at: datetime) -> Timeline:
    """Work out by when a product is to be replaced.

    Args:
        asset: what it is on. Nobody knows whether the internet reaches it: then it counts as reached, as assumed.
        ends: the last day on which it is supported; None where only its being over is known.
        source: who says so.
        seen_at: when that was first known here.
    """
    unknown = asset.exposure is Exposure.UNKNOWN
    exposed = Signal(
        value="no" if asset.exposure is Exposure.NO else "yes",
        source="assumed: nobody said" if unknown else asset.exposure_source,
        at=seen_at if unknown else asset.exposure_at,
        assumed=unknown,
    )
    rule = WITHIN if asset.exposure is Exposure.NO else EDGE
    starts_at = max(seen_at, exposed.at)
    due_at = max(starts_at + AT_LEAST, _due(rule, ends, starts_at))
    return Timeline(
        edition=rule.edition,
        title=rule.title,
        row=rule.row,
        result=rule.result,
        band=Band(days=(due_at - starts_at).days),
        starts_at=starts_at,
        due_at=due_at,
        inputs=_inputs(exposed, ends, source, seen_at),
    )


def _due(rule: Rule, ends: date | None, starts_at: datetime) -> datetime:
    over_at = _end_of(ends) if ends else starts_at
    return max(_end_of(EDGE_DAY), over_at) if rule is EDGE else over_at + INSIDE


def _inputs(exposed: Signal, ends: date | None, source: str, seen_at: datetime) -> Mapping[str, Signal]:
    found = {
        "support_ends": Signal(value=f"{ends:%Y-%m-%d}" if ends else "over", source=source, at=seen_at),
        "exposed": exposed,
    }
    if exposed.value == "yes":
        found["listed"] = Signal(
            value="yes",
            source="assumed: nobody said",
            at=seen_at,
            detail=f"by {LATEST_EDGE_DAY:%Y-%m-%d} where CISA does not list it",
            assumed=True,
        )
    return found


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), UTC)
