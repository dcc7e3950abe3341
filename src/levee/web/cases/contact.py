"""The way in for a maintainer without an account: opening the page changes nothing; a typed code opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from levee.access.selectors import actor_of
from levee.cases import selectors, services
from levee.kernel.errors import NotSignedIn
from levee.kernel.ids import parse_public_id
from levee.web.signed_in import SESSION_KEY

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, contact: str) -> HttpResponse:
    """Show the terms; take the code."""
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
        cases = selectors.listed(actor, limit=1) if actor else ()
        return redirect("cases:one", case=cases[0].public_id) if cases else redirect("cases:list")
    return render(request, "levee/cases/contact.html", context)
