"""A picture of who was where when: a lane for each, with its spans over one axis of time. Drawn as SVG, no scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from levee.web.tables import Tone

TICKS = 4
_AT_LEAST = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time that something was so; with zone.

    Attributes:
        end: when it ended; None where it is so still.
        says: what was so, in a word or two.
    """

    start: datetime
    end: datetime | None
    says: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One lane: whose it is, and its spans, oldest first."""

    name: str
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A span with its place: x and width in per cent of the lane; `ahead` where it has not come yet."""

    span: Span
    x: str
    width: str
    ahead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneChart:
    """A drawn chart of lanes; made by `lane_chart`."""

    key: str
    title: str
    description: str
    lanes: tuple[tuple[Lane, tuple[Drawn, ...]], ...]
    ticks: tuple[tuple[str, str, str], ...]
    now: str
    legend: tuple[tuple[str, Tone], ...]


def lane_chart(*, key: str, title: str, description: str, lanes: Iterable[Lane], now: datetime) -> LaneChart:
    """Place every span between the first start and the last end, or now where that is later.

    Args:
        key: unique on its page: letters, digits and hyphens.
        title: what the chart shows.
        description: one sentence more, read aloud with the drawing.
        lanes: from the top; those without a span are drawn empty.
        now: the instant of the reader; what lies beyond it is drawn lighter.
    """
    lanes = list(lanes)
    spans = [span for lane in lanes for span in lane.spans]
    start = min((span.start for span in spans), default=now)
    end = max([now, *(span.end for span in spans if span.end)])
    axis = _Axis(start, max(end, start + timedelta(hours=1)))
    return LaneChart(
        key=key,
        title=title,
        description=description,
        lanes=tuple((lane, tuple(_drawn(lane, axis, now))) for lane in lanes),
        ticks=tuple(axis.ticks()),
        now=axis.at(now),
        legend=tuple({span.says: span.tone for span in spans}.items()),
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    start: datetime
    end: datetime

    def share(self, at: datetime) -> float:
        return 100 * ((at - self.start) / (self.end - self.start))

    def at(self, at: datetime) -> str:
        return _number(self.share(at))

    def ticks(self) -> Iterator[tuple[str, str, str]]:
        """Place, words and anchor: days, or hours where all is within two days; the outer two lean inwards."""
        pattern = "%d %b" if self.end - self.start > timedelta(days=2) else "%d %b %H:%M"
        for n in range(TICKS + 1):
            at = self.start + (self.end - self.start) * n / TICKS
            yield self.at(at), at.strftime(pattern), "start" if n == 0 else "end" if n == TICKS else "middle"


def _drawn(lane: Lane, axis: _Axis, now: datetime) -> Iterator[Drawn]:
    for span in lane.spans:
        end = span.end or now
        for start, until, ahead in ((span.start, min(end, now), False), (max(span.start, now), end, True)):
            if start < until or (start == until == span.start and not ahead):
                width = max(axis.share(until) - axis.share(start), _AT_LEAST)
                x = min(axis.share(start), 100 - width)
                yield Drawn(span=span, x=_number(x), width=_number(width), ahead=ahead)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
