from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from levee.measures import selectors
from levee.measures.selectors import figures
from levee.measures.types import ENOUGH
from levee.web.charts import Bar, Range, bar_chart, range_chart
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest

    from levee.measures.types import Spans
    from levee.web.charts import BarChart, RangeChart


@require_GET
def measures(request: HttpRequest) -> HttpResponse:
    """Counts and times per step, drawn."""
    known = figures(actor_in(request))
    context = {
        "title": "Measures",
        "lead": "Over the newest 2,000 findings and cases that you may see",
        "way": bar_chart(
            title="From the flood to the publication",
            description="How many are left at each step of the way.",
            bars=[Bar(label=label, value=count) for label, count in known.steps],
        ),
        "results": bar_chart(
            title="What the verdicts say",
            description="Verdicts by result; only a person calls a finding forged.",
            bars=[Bar(label=label.capitalize(), value=count) for label, count in known.results],
        ),
        "times": bar_chart(
            title="How long each step took",
            description="The median over all that took it; nothing is drawn before the first.",
            unit="hours",
            bars=[
                Bar(label=time.step.capitalize(), value=time.hours, note=f"over {time.over}") for time in known.times
            ],
        ),
    }
    return render(request, "levee/measures/measures.html", context)


@require_GET
def coordination(request: HttpRequest) -> HttpResponse:
    """How cases went: how long things took, and skill against luck."""
    known = selectors.coordination(actor_in(request))
    context = {
        "title": "How cases went",
        "lead": f"Over the newest {known.cases} that you take part in" if known.cases else "",
        "known": known,
        "enough": ENOUGH,
        "times": _times("How long things took", known.together),
        "skills": _skills("Skill against luck", known.together),
        "vendors": [
            (each, _times(each.name, each), _skills(f"{each.name}: skill against luck", each)) for each in known.vendors
        ]
        if len(known.vendors) > 1
        else [],
        "lines": known.lines[:MOST_LINES],
    }
    return render(request, "levee/measures/coordination.html", context)


MOST_LINES = 200
"""More stand in the file alone."""


@require_GET
def coordination_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    headers = {"Content-Disposition": 'attachment; filename="coordination.csv"', "X-Content-Type-Options": "nosniff"}
    data = selectors.coordination_csv(actor_in(request))
    return HttpResponse(data, content_type="text/csv; charset=utf-8", headers=headers)


def _times(title: str, spans: Spans) -> BarChart | None:
    """Days, for cases take weeks; nothing is drawn before the first."""
    bars = [
        Bar(label=time.step.capitalize(), value=round(time.hours / 24, 1), note=f"over {time.over}")
        for time in spans.times
    ]
    if not bars:
        return None
    return bar_chart(title=title, description="The median over all that it happened to.", unit="days", bars=bars)


def _skills(title: str, spans: Spans) -> RangeChart | None:
    if not spans.skills:
        return None
    return range_chart(
        title=title,
        description="0 is chance and 1 is always; the bar is where it lies with 95 % confidence.",
        ranges=[
            Range(
                label=each.says.capitalize(),
                low=each.low,
                value=each.skill,
                high=each.high,
                note=f"{each.met} of {each.over}; by chance {each.luck:.0%}",
            )
            for each in spans.skills
        ],
    )
