"""Whether a model is covered: what was asked and answered; and what one noted as released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from levee.frontier import selectors, services
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id
from levee.web.frontier import forms
from levee.web.frontier.acts import agrees
from levee.web.signed_in import actor_in
from levee.web.stating import page
from levee.web.validation.part import coordinates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What was asked and answered."""
    actor = actor_in(request)
    context = {
        "title": "Enquiries about models",
        "lead": "A developer may ask whether its model is covered. Nothing waits on the answer.",
        "enquiries": selectors.enquiries(actor),
        "released": selectors.releases(actor),
        "asks": agrees(actor),
        "answers": coordinates(actor),
    }
    return render(request, "levee/frontier/enquiries.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask whether a model is covered."""

    def doing(data: Mapping[str, Any]) -> str:
        services.ask(actor, model=data["model"], question=data["question"])
        return "It is asked."

    actor = actor_in(request)
    selectors.enquiries(actor)
    form = forms.Ask(request.POST or None)
    return page(request, "Ask whether a model is covered", form, doing, back="frontier:enquiries")


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, enquiry: str) -> HttpResponse:
    """Answer in words, as the clearinghouse."""

    def doing(data: Mapping[str, Any]) -> str:
        services.answer(actor, key, text=data["text"])
        return "It is answered."

    actor, key = actor_in(request), parse_public_id("ENQ", enquiry)
    found = next((each for each in selectors.enquiries(actor) if each.id == key), None)
    if found is None:
        raise NotFound("there is no such enquiry")
    return page(request, f"About {found.model}", forms.Answer(request.POST or None), doing, back="frontier:enquiries")


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest) -> HttpResponse:
    """Note that a model is released."""

    def doing(data: Mapping[str, Any]) -> str:
        services.note_release(actor, model=data["model"])
        return "It is noted; nobody else sees it."

    actor = actor_in(request)
    selectors.enquiries(actor)
    form = forms.Release(request.POST or None)
    return page(request, "Note that a model is released", form, doing, back="frontier:enquiries")
