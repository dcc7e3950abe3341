from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from levee.api.house import actor_of
from levee.measures.selectors import figures

router = Router(tags=["measures"])


class CountOut(Schema):
    """How many there are of something."""

    name: str
    count: int


class TimeOut(Schema):
    """How long a step took: the median in hours, over how many."""

    step: str
    hours: float
    over: int


class MeasuresOut(Schema):
    """The way of the data in numbers."""

    steps: list[CountOut]
    results: list[CountOut]
    times: list[TimeOut]


@router.get("/measures", response=MeasuresOut, summary="Counts and times of every step")
def measures(request: HttpRequest) -> dict[str, object]:
    """Over the newest 2,000 findings and cases that you may see."""
    known = figures(actor_of(request))
    return {
        "steps": [{"name": name, "count": count} for name, count in known.steps],
        "results": [{"name": name, "count": count} for name, count in known.results],
        "times": known.times,
    }
