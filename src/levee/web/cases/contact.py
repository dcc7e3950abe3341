"""The way in for a maintainer without an account: opening the page changes nothing; a typed code opens the terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from levee.access.selectors import actor_of
from levee.cases import selectors, services
from levee.cases.rules.embargo import Consent
from levee.kernel.errors import BadInput, NotSignedIn
from levee.kernel.ids import parse_public_id, public_id
from levee.web.cases.forms import AcceptTerms
from levee.web.signed_in import SESSION_KEY, actor_in

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from levee.policy.actors import Actor


@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, contact: str) -> HttpResponse:
    """Take the code; show nothing of the case."""
    key = parse_public_id("CON", contact)
    invitation = services.invitation(key)
    context: dict[str, object] = {"title": "Something for you", "invitation": invitation}
    if request.method == "POST":
        try:
            principal = services.enter(key, code=request.POST.get("code", ""))
        except NotSignedIn as error:
            context["problem"] = error
            return render(request, "levee/cases/contact.html", context, status=400)
        request.session.flush()
        request.session[SESSION_KEY] = str(principal)
        actor = actor_of(principal)
        if actor is not None and services.terms(actor, key).consent is Consent.INVITED:
            return redirect("cases:terms", contact=contact)
        cases = selectors.listed(actor, limit=1) if actor else ()
        return redirect("cases:one", case=cases[0].public_id) if cases else redirect("cases:list")
    return render(request, "levee/cases/contact.html", context)


@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, contact: str) -> HttpResponse:
    """The terms of the embargo: accept them with a second code and see the case, or decline and see nothing."""
    actor, key = actor_in(request), parse_public_id("CON", contact)
    found = services.terms(actor, key)
    form = AcceptTerms(request.POST or None)
    if "decline" in request.POST:
        services.decline(actor, key)
        request.session.flush()
        return render(request, "levee/cases/declined.html", {"title": "You have declined"})
    if "send-code" in request.POST:
        services.renew_terms_code(actor, key)
        messages.success(request, "If your link still stands, a letter with a second code is on its way.")
        form = AcceptTerms(initial=request.POST.dict())
    elif request.method == "POST" and form.is_valid():
        case = _accepted(actor, key, form)
        if case is not None:
            return redirect("cases:one", case=public_id("CAS", case))
    context = {"title": "Before you see anything", "terms": found, "form": form}
    return render(request, "levee/cases/terms.html", context, status=400 if form.errors else 200)


def _accepted(actor: Actor, key: UUID, form: AcceptTerms) -> UUID | None:
    data = form.cleaned_data
    try:
        return services.accept(actor, key, by=data["by"], code=data["code"])
    except BadInput as error:
        form.add_error(error.place, f"{error.message} {error.advice()}")
        return None
