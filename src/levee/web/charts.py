"""Charts as plain figures with their geometry worked out: drawn as SVG by the templates, without scripts or styles.

A bar chart is a table whose rows each carry a bar, so that the picture and its table are one. A column chart is an SVG
with title and description, followed by the same figures as a table. Horizontal places are percentages: the drawing
stretches with the page and its letters do not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.web.tables import Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

PLOT_TOP = 12
PLOT_HEIGHT = 180
PLOT_BOTTOM = PLOT_TOP + PLOT_HEIGHT
TICKS = 4
LABELS = 5
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: what it stands for, and how much of it there is (0 or more)."""

    label: str
    value: float
    tone: Tone = Tone.INFO
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    """A bar and its length in per cent of the longest."""

    bar: Bar
    length: str
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """A drawn bar chart; made by `bar_chart`."""

    title: str
    description: str
    unit: str
    rows: tuple[BarRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A figure with the ends between which it lies, each at most 1."""

    label: str
    low: float
    value: float
    high: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeRow:
    """A range with its places in per cent of the drawing."""

    range: Range
    x: str
    width: str
    at: str
    tone: Tone
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeChart:
    """A drawn chart of ranges on one axis up to 1, with a line across it; made by `range_chart`."""

    title: str
    description: str
    rows: tuple[RangeRow, ...]
    unit: str
    line: str
    least: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series of a column chart; its values stand in the order of the chart's labels (0 or more each)."""

    name: str
    values: Sequence[float]
    tone: Tone = Tone.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One rectangle: x and width in per cent of the drawing, y and height in pixels."""

    x: str
    y: str
    width: str
    height: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A figure or word beside an axis: at x (per cent) or y (pixels)."""

    at: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChart:
    """A drawn column chart; made by `column_chart`."""

    key: str
    title: str
    description: str
    unit: str
    series: tuple[Series, ...]
    blocks: tuple[Block, ...]
    scale: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    figures: tuple[tuple[str, tuple[str, ...]], ...]


def figure(value: float) -> str:
    """A number as people read it: thousands parted, no needless decimals."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def bar_chart(*, title: str, description: str, bars: Sequence[Bar], unit: str = "") -> BarChart:
    """Works out how long each bar is; the longest fills its column, and all are empty where every value is 0."""
    most = max((bar.value for bar in bars), default=0) or 1
    rows = (BarRow(bar=bar, length=_number(100 * bar.value / most), figure=figure(bar.value)) for bar in bars)
    return BarChart(title=title, description=description, unit=unit, rows=tuple(rows))


def range_chart(
    *, title: str, description: str, ranges: Sequence[Range], unit: str = "skill", begins: int = -1, line: float = 0
) -> RangeChart:
    """Places each range on an axis up to 1; one that lies above the line as a whole is good, one below it a warning.

    Args:
        title: what it shows.
        description: a sentence more.
        ranges: from top to bottom.
        unit: what is drawn.
        begins: where the axis does, or below where a range does.
        line: what the ranges are held against.
    """
    least = float(min(begins, *(math.floor(each.low) for each in ranges))) if ranges else float(begins)

    def place(value: float) -> float:
        return 100 * (value - least) / (1 - least)

    rows = (
        RangeRow(
            range=each,
            x=_number(place(each.low)),
            width=_number(place(each.high) - place(each.low)),
            at=_number(place(each.value)),
            tone=Tone.GOOD if each.low > line else Tone.WARN if each.high < line else Tone.PLAIN,
            figure=f"{each.value:.2f}",
        )
        for each in ranges
    )
    return RangeChart(
        title=title,
        description=description,
        rows=tuple(rows),
        unit=unit,
        line=_number(place(line)),
        least=figure(least),
    )


def column_chart(
    *, key: str, title: str, description: str, labels: Sequence[str], series: Sequence[Series], unit: str = ""
) -> ColumnChart:
    """Stacks the series over the labels.

    Args:
        key: unique on its page: letters, digits and hyphens; part of the ids that tie the drawing to its words.
        title: what the chart shows.
        description: one sentence more, read aloud with the drawing.
        labels: one for each column, in order of time; only a few are printed, all stand in the table.
        series: from the bottom of each column to its top.
        unit: what is counted, in the plural, or empty.

    Raises:
        ValueError: a series has more or fewer values than there are labels.
    """
    columns = list(zip(labels, *(one.values for one in series), strict=True))
    step, top = scale(max((sum(values) for _, *values in columns), default=0))
    return ColumnChart(
        key=key,
        title=title,
        description=description,
        unit=unit,
        series=tuple(series),
        blocks=tuple(_blocks([values for _, *values in columns], [one.tone for one in series], top)),
        scale=tuple(Mark(at=_number(_y(n * step, top)), text=figure(n * step)) for n in range(round(top / step) + 1)),
        marks=tuple(_marks(labels)),
        figures=tuple((label, tuple(figure(value) for value in values)) for label, *values in columns),
    )


def scale(most: float) -> tuple[float, float]:
    """A round step and the end of an axis that holds `most` with at most four steps: (50, 200) for 160.

    Whole steps only: what Levee counts comes in ones.
    """
    rough = max(most, 1) / TICKS
    magnitude = 10 ** max(math.floor(math.log10(rough)), 0)
    step = next(factor * magnitude for factor in STEPS if factor * magnitude >= rough)
    return step, step * max(math.ceil(most / step), 1)


def _blocks(columns: Sequence[Sequence[float]], tones: Sequence[Tone], top: float) -> list[Block]:
    slot = 100 / max(len(columns), 1)
    blocks = []
    for index, values in enumerate(columns):
        below = 0.0
        for value, tone in zip(values, tones, strict=True):
            y = _y(below + value, top)
            if value:
                blocks.append(
                    Block(
                        x=_number((index + 0.15) * slot),
                        y=_number(y),
                        width=_number(slot * 0.7),
                        height=_number(_y(below, top) - y),
                        tone=tone,
                    )
                )
            below += value
    return blocks


def _marks(labels: Sequence[str]) -> list[Mark]:
    """At most five of the labels, evenly, the first and the last always."""
    last = len(labels) - 1
    chosen = sorted({round(n * last / (LABELS - 1)) for n in range(LABELS)}) if last > 0 else list(range(len(labels)))
    slot = 100 / max(len(labels), 1)
    marks = [Mark(at=_number((index + 0.5) * slot), text=labels[index]) for index in chosen]
    if len(marks) > 1:  # the outer two lean inwards, or the edge would cut them
        marks[0] = Mark(at="0", text=labels[0], anchor="start")
        marks[-1] = Mark(at="100", text=labels[last], anchor="end")
    return marks


def _y(value: float, top: float) -> float:
    return PLOT_BOTTOM - PLOT_HEIGHT * value / top


def _number(value: float) -> str:
    """A coordinate, the same on every machine and in every language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
