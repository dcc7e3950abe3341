"""Coming in by a one-time link, and setting up how to come in afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import login
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from levee.identity import services
from levee.kernel.errors import Forbidden
from levee.web.people.forms import Account
from levee.web.signed_in import SESSION_KEY, actor_in

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link. Opening it changes nothing, for mail scanners open links; pressing the button uses it up."""
    if request.method == "POST":
        principal = services.use_link(secret)
        request.session.flush()
        request.session[SESSION_KEY] = str(principal)
        return redirect("people:welcome")
    return render(request, "levee/people/link.html", {"title": "Come in"})


@require_GET
def forgotten(request: HttpRequest) -> HttpResponse:
    """What to do without a password: nothing is sent, so nothing tells whether an address has an account."""
    return render(request, "levee/people/forgotten.html", {"title": "A forgotten password"})


@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Set up an account for the principal that a link signed in."""
    actor = actor_in(request)
    if request.user.is_authenticated:
        return redirect("people:overview")
    form = Account(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = services.set_up_account(actor, email=form.cleaned_data["email"], password=form.cleaned_data["password"])
        login(request, user, backend=BACKEND)
        request.session[SESSION_KEY] = str(actor.id)
        messages.success(request, "Your account is set up. Add a passkey or an authenticator under your name above.")
        return redirect("people:overview")
    return render(request, "levee/people/welcome.html", {"title": "Set up your account", "form": form})


@require_POST
def act_as(request: HttpRequest, principal: UUID) -> HttpResponse:
    """Act for another of one's organisations."""
    if not request.user.is_authenticated or principal not in services.principals_of(request.user):
        raise Forbidden("this is not one of yours")
    request.session[SESSION_KEY] = str(principal)
    return redirect("people:overview")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, however it began."""
    request.session.flush()
    return redirect("account_login")
