"""Whom a model goes to next, on the page of its agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from levee.frontier import selectors, services
from levee.frontier.course.machines import Verb
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id, public_id
from levee.web.frontier import forms
from levee.web.frontier.acts import key_of
from levee.web.refusals import beside
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms as django_forms
    from django.http import HttpRequest, HttpResponse

SAYS = {Verb.AGREE: "Agree", Verb.OBJECT: "Object", Verb.PROPOSE: "Propose again"}


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, agreement: str) -> HttpResponse:
    """Propose a partner, with what it was chosen by."""
    actor, form = actor_in(request), forms.Partner(request.POST or None)
    found = selectors.agreement(actor, key_of(agreement))
    return _page(
        request,
        "Propose a partner",
        form,
        lambda: services.propose(actor, found.id, **form.cleaned_data),
        found.public_id,
    )


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, partner: str) -> HttpResponse:
    """Agree, object, or propose again, and say why."""
    actor, form = actor_in(request), forms.Decide(request.POST or None)
    key = parse_public_id("PTR", partner)
    found, of = selectors.partner(actor, key)
    form.fields["verb"].choices = [(each.value, SAYS[each]) for each in found.possible]  # type: ignore[attr-defined]  # it is a choice
    return _page(
        request,
        f"{found.name}: your decision",
        form,
        lambda: services.decide_partner(
            actor, key, verb=Verb(form.cleaned_data["verb"]), because=form.cleaned_data["because"]
        ),
        public_id("AGR", of),
    )


@require_http_methods(["GET", "POST"])
def conflict(request: HttpRequest, partner: str) -> HttpResponse:
    """Flag a conflict of interest."""
    actor, form = actor_in(request), forms.Conflict(request.POST or None)
    key = parse_public_id("PTR", partner)
    found, of = selectors.partner(actor, key)
    return _page(
        request,
        f"{found.name}: a conflict of interest",
        form,
        lambda: services.flag_conflict(actor, key, conflicts=form.cleaned_data["conflicts"]),
        public_id("AGR", of),
    )


def _page(
    request: HttpRequest, title: str, form: django_forms.Form, doing: Callable[[], object], agreement: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            doing()
        except LeveeError as error:
            beside(form, error)
        else:
            messages.success(request, "The other side sees it now.")
            return redirect("frontier:one", agreement=agreement)
    context = {"title": title, "form": form, "verb": "Put on record", "agreement": agreement}
    return render(request, "levee/frontier/step.html", context, status=400 if form.errors else 200)
