"""Every piece of the look on one page, with made-up content, to be looked at while building; never in production."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import render

from levee.web.charts import Bar, Series, bar_chart, column_chart
from levee.web.tables import Cell, Column, Table, Tone

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from levee.web.charts import BarChart, ColumnChart

WEEKS = tuple(f"{day} {month}" for month in ("Sep", "Oct", "Nov") for day in (1, 8, 15, 22))


class ExampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="One line, as it would stand in an advisory.")
    summary = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False)
    severity = forms.ChoiceField(choices=[("", "Choose"), ("high", "High"), ("low", "Low")])
    route = forms.ChoiceField(widget=forms.RadioSelect, choices=[("mail", "By mail"), ("page", "On the page only")])
    sectors = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("health", "Health care"), ("water", "Water"), ("finance", "Banking")],
    )
    proof = forms.FileField(required=False, help_text="Up to 8 MB.")
    consent = forms.BooleanField(label="The owner agreed to this")


def pieces(request: HttpRequest) -> HttpResponse:
    """The style page."""
    invalid = ExampleForm({"title": "", "severity": "high", "route": "mail"})
    return render(
        request,
        "levee/pieces.html",
        {
            "title": "Heap overflow in the frame parser of libframe",
            "lead": "Case CAS-7Q4M-2XKD · confirmed by contrast · embargo ends in 41 days",
            "crumbs": [("Cases", "#"), ("CAS-7Q4M-2XKD", "")],
            "nav": [("Overview", "#", False), ("Findings", "#", False), ("Cases", "#", True), ("Measures", "#", False)],
            "table": _table(),
            "no_rows": Table(
                caption="Actions",
                columns=(Column(label="Action"),),
                rows=(),
                empty="Nothing to do today",
                empty_text="New actions appear here as soon as an advisory matches your inventory.",
            ),
            "funnel": _funnel(),
            "weeks": _weeks(),
            "form": ExampleForm(),
            "invalid": invalid,
            "flow": [
                *((step, "done") for step in ("Finding", "Verdict", "Cluster")),
                ("Case", "current"),
                ("Fix", "ahead"),
            ],
        },
    )


def _table() -> Table:
    return Table(
        caption="Findings of this case",
        columns=(
            *(Column(label=label) for label in ("Finding", "Target", "Verdict", "Received")),
            Column(label="Runs", numeric=True),
        ),
        rows=(
            _row("FND-3K9P-A2VT", "Out-of-bounds write in parse_frame", "Confirmed", Tone.GOOD, "12"),
            _row("FND-8WQ2-M5HE", "Use after free while closing a stream", "Replaying", Tone.INFO, "3"),
            _row("FND-1CZR-0GQB", "Length is taken from the packet unchecked", "Needs a person", Tone.WARN, "7"),
            _row("FND-6YNT-4DJS", "Crash in the test driver only", "Outside the contract", Tone.STOP, "1,204"),
            _row("FND-9BHX-7RMA", "", "Waiting", Tone.PLAIN, "0"),
        ),
    )


def _row(name: str, title: str, verdict: str, tone: Tone, runs: str) -> tuple[Cell | str, ...]:
    finding = Cell(text=name, url="#", detail=title)
    return finding, "libframe 2.4.1", Cell(text=verdict, tone=tone), "2026-11-02 09:14", runs


def _funnel() -> BarChart:
    return bar_chart(
        title="From reports to fixes",
        description="This quarter, each step counted once.",
        unit="reports",
        bars=[
            Bar(label="Received", value=48_211, tone=Tone.PLAIN),
            Bar(label="Replayed", value=31_007),
            Bar(label="Confirmed", value=6_420),
            Bar(label="Unique", value=1_873, note="after clustering"),
            Bar(label="Fixed", value=1_204, tone=Tone.GOOD),
        ],
    )


def _weeks() -> ColumnChart:
    return column_chart(
        key="weeks",
        title="Cases by week",
        description="Opened cases, by what became of them.",
        labels=WEEKS,
        unit="cases",
        series=[
            Series(name="Fixed", values=(12, 18, 22, 31, 40, 38, 52, 61, 58, 66, 40, 12), tone=Tone.GOOD),
            Series(name="Open", values=(1, 2, 2, 4, 8, 9, 14, 20, 33, 41, 72, 90), tone=Tone.INFO),
            Series(name="Overdue", values=(4, 3, 3, 6, 2, 8, 7, 9, 6, 4, 1, 0), tone=Tone.STOP),
        ],
    )
