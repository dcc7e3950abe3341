from __future__ import annotations

import itertools

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from levee.web.charts import PLOT_BOTTOM, PLOT_TOP, Bar, Series, bar_chart, column_chart, scale

counts = st.integers(min_value=0, max_value=10**9)


def drawn(source, **context):
    return engines["django"].from_string("{% load levee %}" + source).render(context)


@given(counts)
def test_the_scale_holds_the_largest_value_in_at_most_four_round_steps(most):
    step, top = scale(most)
    assert top >= most
    assert top % step == 0
    assert 1 <= top / step <= 4
    assert str(step).strip("0") in {"1", "2", "5"}


@given(st.lists(counts, min_size=1, max_size=8))
def test_bars_are_as_long_as_their_share_of_the_longest(values):
    chart = bar_chart(title="t", description="d", bars=[Bar(label="x", value=value) for value in values])
    lengths = [float(row.length) for row in chart.rows]
    assert max(lengths) == (100 if max(values) else 0)
    for value, length in zip(values, lengths, strict=True):
        assert length == pytest.approx(100 * value / (max(values) or 1), abs=0.005)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=60))
def test_stacked_columns_stay_inside_the_plot_and_never_overlap(pairs):
    labels = [str(n) for n in range(len(pairs))]
    series = [Series(name=name, values=[pair[n] for pair in pairs]) for n, name in enumerate(("a", "b"))]
    chart = column_chart(key="k", title="t", description="d", labels=labels, series=series)
    for block in chart.blocks:
        assert float(block.y) >= PLOT_TOP - 0.01
        assert float(block.y) + float(block.height) <= PLOT_BOTTOM + 0.02
    by_column = {}
    for block in chart.blocks:
        by_column.setdefault(block.x, []).append(block)
    for stack in by_column.values():
        for lower, upper in itertools.pairwise(stack):
            assert float(upper.y) + float(upper.height) <= float(lower.y) + 0.02
    assert len(chart.marks) <= 5


def test_a_series_that_misses_a_week_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        column_chart(key="k", title="t", description="d", labels=["a", "b"], series=[Series(name="x", values=[1])])


def test_every_figure_of_a_column_chart_stands_in_its_table_too():
    chart = column_chart(
        key="weeks",
        title="Cases",
        description="By week.",
        labels=["1", "2"],
        series=[Series(name="x", values=[3, 1204])],
    )
    page = drawn("{% columns chart %}", chart=chart)
    assert 'aria-labelledby="weeks-title weeks-desc"' in page
    assert '<td class="levee-number">1,204</td>' in page
    assert "style=" not in page


def test_a_label_cannot_break_out_of_a_chart():
    chart = bar_chart(title="<b>", description="", bars=[Bar(label="<script>alert(1)</script>", value=1)])
    page = drawn("{% bars chart %}", chart=chart)
    assert "<script>" not in page
    assert "<b>" not in page


def test_an_empty_chart_is_still_drawn():
    assert drawn("{% bars chart %}", chart=bar_chart(title="t", description="d", bars=[]))
    assert drawn("{% columns c %}", c=column_chart(key="k", title="t", description="d", labels=[], series=[]))
