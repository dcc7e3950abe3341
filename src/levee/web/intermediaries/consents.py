"""Whom an operator lets see or act for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from levee.identity import selectors, services
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.kernel.ids import parse_public_id
from levee.platform.ports import ports
from levee.policy.actors import Role
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class GiveConsent(forms.Form):
    """To whom, for what, until when."""

    intermediary = forms.CharField(
        label="Key of the provider", help_text="It begins with ORG-. The provider finds it on its page Clients."
    )
    may_act = forms.ChoiceField(
        label="What it may do",
        choices=[
            ("see", "See what there is to do"),
            ("act", "See it, import inventories, state facts and report things as done"),
        ],
    )
    until = forms.DateTimeField(
        required=False,
        label="Until",
        help_text="Such as 2027-06-30 12:00, UTC. Empty: until you withdraw.",
        error_messages={"invalid": "This is no moment. Write it like 2027-06-30 12:00."},
    )


@require_http_methods(["GET", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """The consents that were given, and the form to give one."""
    actor = actor_in(request)
    form = GiveConsent(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            given = services.give_consent(
                actor,
                parse_public_id("ORG", data["intermediary"].strip()),
                may_act=data["may_act"] == "act",
                until=data["until"],
            )
        except (BadInput, Conflict, NotFound) as error:
            form.add_error("until" if error.place == "/until" else "intermediary", error.message)
        else:
            messages.success(request, f"{given.name} may come in from now on. You can withdraw this at any moment.")
            return redirect("intermediaries:consents")
    context = {
        "title": "Who may act for us",
        "form": form,
        "consents": selectors.consents(actor),
        "now": ports().clock.now(),
        "administers": Role.ADMIN in actor.roles,
        "done": selectors.done_for(actor),
    }
    return render(request, "levee/intermediaries/consents.html", context, status=400 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, consent: str) -> HttpResponse:
    """End it at once."""
    services.withdraw_consent(actor_in(request), parse_public_id("CST", consent))
    messages.success(request, "Withdrawn: it sees nothing of yours any more.")
    return redirect("intermediaries:consents")
