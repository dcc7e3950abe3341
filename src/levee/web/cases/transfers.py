"""A case that is offered to another owner, who sees what will happen before it takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from levee.advisories import selectors as advisories
from levee.cases import selectors, services
from levee.cases.rules.embargo import Consent
from levee.cases.types import TransferVerb
from levee.kernel.ids import parse_public_id, public_id
from levee.policy.actors import Capacity
from levee.web.cases.acts import act
from levee.web.cases.forms import Transfer
from levee.web.cases.lineage import plan_page
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case
    from levee.policy.actors import Actor


@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest, case: str) -> HttpResponse:
    """Offer the case to somebody who takes part in it."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        to = parse_public_id("PAR", data["to"])
        services.transfer(actor, found.id, to=to, because=data["because"], publishes=advisories.waits)
        return "Offered. Nothing changes before it is taken."

    seats = selectors.participants(actor_in(request), parse_public_id("CAS", case))
    parties = [
        (each.public_id, each.name)
        for each in seats
        if each.capacity is not Capacity.OWNER and each.consent not in {Consent.INVITED, Consent.DECLINED}
    ]
    form = Transfer(request.POST or None, parties=parties)
    return act(request, case, "Hand it to another owner", "Offer the case", form, doing)


@require_POST
def withdraw(request: HttpRequest, case: str) -> HttpResponse:
    """Take the offer back."""
    services.withdraw_transfer(actor_in(request), parse_public_id("CAS", case))
    messages.success(request, "Taken back. The case stays yours.")
    return redirect("cases:one", case=case)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, case: str) -> HttpResponse:
    """See what taking the case over would do; take it, or decline."""

    def doing(actor: Actor, found: Case) -> UUID:
        return services.answer_transfer(actor, found.id, verb=TransferVerb.TAKE) or found.id

    actor, key = actor_in(request), parse_public_id("CAS", case)
    if request.method == "POST" and "decline" in request.POST:
        services.answer_transfer(actor, key, verb=TransferVerb.DECLINE)
        messages.success(request, "Declined. The case stays with its owner.")
        return redirect("cases:one", case=public_id("CAS", key))
    return plan_page(
        request,
        key,
        "Take the case over",
        "Take it over",
        forms.Form(request.POST or None),
        doing,
        plan=lambda: services.transfer_plan(actor, key),
        declines=True,
    )
