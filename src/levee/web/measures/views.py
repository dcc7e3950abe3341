from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from levee.measures.selectors import figures
from levee.web.charts import Bar, bar_chart
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


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
