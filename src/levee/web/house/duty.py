"""Who is on call: the shifts, what waits, and what changed since somebody handed over."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from levee.advisories import selectors as advisories
from levee.cases import selectors as cases
from levee.house import selectors, services
from levee.identity.selectors import members
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id
from levee.policy.actors import PrincipalKind, Role
from levee.web.house.forms import EndClosing, HandOver, PlanShift
from levee.web.signed_in import actor_in
from levee.web.stating import page
from levee.web.validation.part import coordinates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from levee.policy.actors import Actor


@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """Who is on call now and next, what was left for it, what waits, and what changed since."""
    actor = actor_in(request)
    left = selectors.hand_overs(actor)
    context = {
        "title": "On call",
        "now": selectors.on_call(actor),
        "shifts": selectors.shifts(actor),
        "left": left,
        "waiting": cases.count_waiting(actor, beside=advisories.waiting(actor)),
        "changed": _changed(actor, left[0].cursor) if left else [],
        "keeps": coordinates(actor),
    }
    return render(request, "levee/house/duty.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Put a coordinator on call for a time."""

    def doing(data: Mapping[str, Any]) -> str:
        person = parse_public_id("PER", data["person"])
        services.plan_shift(actor, person, start=data["start"], end=data["end"], address=data["address"])
        return "Planned. Alarms go there first while the shift runs."

    actor = actor_in(request)
    people = [
        (each.public_id, each.name)
        for each in (members(actor) if coordinates(actor) else ())
        if each.live and each.kind is PrincipalKind.PERSON and Role.COORDINATOR in each.roles
    ]
    form = PlanShift(request.POST or None, people=people)
    return page(request, "Who is on call, and when?", form, doing, back="house:duty")


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, shift: str) -> HttpResponse:
    """End a shift, or take one out of the plan."""

    def doing(data: Mapping[str, Any]) -> str:
        services.end_shift(actor_in(request), key, because=data["because"])
        return "It is out of the plan."

    key = parse_public_id("SHI", shift)
    found = next((each for each in selectors.shifts(actor_in(request)) if each.id == key), None)
    if found is None:
        raise NotFound("no such shift stands")
    title = f"End the shift of {found.name}?"
    return page(request, title, EndClosing(request.POST or None), doing, back="house:duty")


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Leave a note for whoever is on call next."""

    def doing(data: Mapping[str, Any]) -> str:
        services.hand_over_duty(actor, note=data["note"], cursor=cases.last_change(actor))
        return "Handed over."

    actor = actor_in(request)
    selectors.on_call(actor)
    return page(request, "Hand over", HandOver(request.POST or None), doing, back="house:duty")


def _changed(actor: Actor, cursor: str) -> Sequence[tuple[str, str, str]]:
    """Each case in which something changed after a change, its title, and what, with how often."""
    found = cases.changes_since(actor, cursor)
    titles = cases.titles(actor, {each.case for each in found})
    told: dict[str, tuple[str, Counter[str]]] = {}
    for each in found:
        told.setdefault(each.public_id, (titles.get(each.case, ""), Counter()))[1][each.says] += 1
    return [
        (key, title, ", ".join(f"{says} ({times})" if times > 1 else says for says, times in counted.items()))
        for key, (title, counted) in told.items()
    ]
