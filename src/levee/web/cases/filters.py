"""Narrowing the list of cases, and keeping what narrows it by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from levee.cases import selectors, services
from levee.cases.types import Narrowed, Order, Show
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.policy.actors import Capacity
from levee.web.refusals import say
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from levee.cases.types import SavedFilter
    from levee.policy.actors import Actor

PARTS = (Capacity.OWNER, Capacity.FINDER, Capacity.VENDOR, Capacity.OBSERVER)


class NarrowForm(forms.Form):
    """What narrows a list."""

    text = forms.CharField(label="Words of the title or the summary", required=False, max_length=200)
    project = forms.CharField(label="Project", required=False, max_length=200, help_text="Such as pkg:npm/minimist.")
    party = forms.CharField(label="Somebody who takes part", required=False, max_length=200)
    part = forms.ChoiceField(
        label="Your part", required=False, choices=[("", "Any"), *((each, each.value) for each in PARTS)]
    )
    order = forms.ChoiceField(label="Order", required=False, choices=[(each, each.says) for each in Order])


class NameForm(forms.Form):
    """A filter's name."""

    name = forms.CharField(label="Name", max_length=200)


def narrowed_by(request: HttpRequest, actor: Actor) -> Narrowed:
    """What the address asks for: a saved filter, or the words in it; what cannot be read narrows nothing."""
    if request.GET.get("filter"):
        return selectors.filter_of(actor, parse_public_id("FLT", request.GET["filter"])).by
    return _by(request.GET)


def _by(given: QueryDict) -> Narrowed:
    return Narrowed(
        show=next((each for each in Show if each == given.get("show")), Show.ALL),
        part=next((each for each in PARTS if each == given.get("part")), None),
        project=given.get("project", ""),
        party=given.get("party", ""),
        text=given.get("text", ""),
        order=next((each for each in Order if each == given.get("order")), Order.NEWEST),
    )


def form_of(by: Narrowed) -> NarrowForm:
    """The form, filled with what narrows the list now."""
    return NarrowForm(initial=by.asked, auto_id="narrow-%s")


def address(by: Narrowed) -> str:
    """The address of the list that is narrowed like this."""
    return reverse("cases:list") + (f"?{urlencode(by.asked)}" if by.asked else "")


def links(found: list[SavedFilter]) -> list[tuple[SavedFilter, str]]:
    """Saved filters, each with the address of what it shows."""
    return [(each, address(each.by)) for each in found]


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what narrows the list by a name, and go back to the list."""
    actor, by = actor_in(request), _by(request.POST)
    try:
        services.save_filter(actor, name=request.POST.get("name", ""), by=by)
    except LeveeError as error:
        return _shown(request, actor, problem=say(error))
    messages.success(request, "The filter is kept.")
    return redirect(address(by))


@require_GET
def filters(request: HttpRequest) -> HttpResponse:
    """All that the reader keeps, to be renamed or deleted."""
    return _shown(request, actor_in(request))


def _shown(request: HttpRequest, actor: Actor, *, problem: str = "") -> HttpResponse:
    kept = [
        (each, where, NameForm(initial={"name": each.name}, auto_id=f"{each.public_id}-%s"))
        for each, where in links(list(selectors.filters(actor)))
    ]
    context = {"title": "Your filters", "filters": kept, "problem": problem}
    return render(request, "levee/cases/filters.html", context, status=400 if problem else 200)


@require_POST
def change(request: HttpRequest, saved: str) -> HttpResponse:
    """Rename a filter, or delete it."""
    actor, key = actor_in(request), parse_public_id("FLT", saved)
    try:
        if "delete" in request.POST:
            services.delete_filter(actor, key)
            messages.success(request, "It is kept no longer.")
        else:
            services.change_filter(actor, key, name=request.POST.get("name", ""))
            messages.success(request, "It has its new name.")
    except LeveeError as error:
        return _shown(request, actor, problem=say(error))
    return redirect("cases:filters")
