"""When the house publishes nothing: seen by everyone who takes part, kept by its coordinators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from levee.house import selectors, services
from levee.house.calendar import ClosedOn
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id
from levee.web.cases.clocks import zone_in
from levee.web.cases.closed import closed_now
from levee.web.house.forms import Close, EndClosing
from levee.web.signed_in import actor_in
from levee.web.stating import page
from levee.web.validation.part import coordinates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse

GIVEN = ("weekday", "day", "opens", "closes", "start", "end")


@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """The closings that stand, and whether something can be published now."""
    actor = actor_in(request)
    context = {
        "title": "When nothing is published",
        "closings": selectors.closings(actor),
        "closed": closed_now(request),
        "keeps": coordinates(actor),
    }
    return render(request, "levee/house/calendar.html", context)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """Publish nothing in a time from now on."""

    def doing(data: Mapping[str, Any]) -> str:
        given = {name: data[name] for name in GIVEN}
        kind = ClosedOn(data["kind"])
        services.close(actor_in(request), kind, zone=data["zone"], because=data["because"], given=given)
        return "It stands until somebody ends it. No embargo moves by it."

    form = Close(request.POST or None, initial={"zone": zone_in(request)})
    return page(request, "When is nothing published?", form, doing, back="house:calendar")


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, closing: str) -> HttpResponse:
    """Publish again in a time that was closed."""

    def doing(data: Mapping[str, Any]) -> str:
        services.end_closing(actor_in(request), key, because=data["because"])
        return "It is open from now on."

    key = parse_public_id("CLO", closing)
    found = next((each for each in selectors.closings(actor_in(request)) if each.id == key), None)
    if found is None:
        raise NotFound("no such closing stands")
    title = f"Publish again {found.closing.says}?"
    return page(request, title, EndClosing(request.POST or None), doing, back="house:calendar")
