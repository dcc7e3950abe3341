from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from levee.api.house import actor_of
from levee.measures.selectors import coordination, coordination_csv, figures
from levee.measures.types import Coordination

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


class SkillOut(Schema):
    """How well a desideratum was met against chance: `skill` 1 always, 0 as by chance; with 95 % between the ends."""

    desideratum: str
    says: str
    met: int
    over: int
    luck: float
    skill: float
    low: float
    high: float


class SpansOut(Schema):
    """How long things took, and skill where there are at least twenty histories."""

    name: str
    cases: int
    histories: int
    times: list[TimeOut]
    skills: list[SkillOut]


class DrawnLineOut(Schema):
    """One vendor in one case, times in hours."""

    case: str
    vendor: str
    first_answer: float | None
    accepted: float | None
    fix_ready: float | None
    fix_deployed: float | None
    public: float | None
    embargo_agreed: float | None
    embargo_held: float | None
    history: str


class CoordinationOut(Schema):
    """How cases went that you take part in."""

    cases: int
    together: SpansOut
    vendors: list[SpansOut]
    lines: list[DrawnLineOut]


@router.get("/measures/coordination", response=CoordinationOut, summary="How your cases went, and skill against luck")
def of_cases(request: HttpRequest) -> Coordination:
    """Each vendor is told of itself, and the owner of a case of every vendor in it; nobody else of either."""
    return coordination(actor_of(request))


@router.get("/measures/coordination.csv", summary="The same, as comma-separated values")
def of_cases_csv(request: HttpRequest) -> HttpResponse:
    """One line for each vendor in each case."""
    headers = {"Content-Disposition": 'attachment; filename="coordination.csv"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(coordination_csv(actor_of(request)), content_type="text/csv; charset=utf-8", headers=headers)
