"""An organisation's own page: its members, its tokens, how it stands to the terms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from levee.identity import selectors, services
from levee.identity.terms import newest
from levee.kernel.errors import Conflict, NotFound
from levee.kernel.ids import parse_public_id
from levee.kernel.sides import Side
from levee.platform.serving import served
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from levee.web.people.forms import Forget, NewMember, NewOrganisation, NewToken
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_GET
def organisation(request: HttpRequest) -> HttpResponse:
    """Members, tokens and terms of the actor's own organisation."""
    actor = actor_in(request)
    own = selectors.organisation(actor, actor.party)
    at_home = served(request) is Side.CLEARINGHOUSE
    runs_the_house = at_home and actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
    context = {
        "title": own.name,
        "lead": f"{own.kind.replace('_', ' ').capitalize()}, {own.standing} to the terms of {own.terms_version}",
        "organisation": own,
        "members": selectors.members(actor),
        "tokens": selectors.tokens(actor),
        "terms": newest(),
        "myself": next((each for each in selectors.members(actor) if each.id == actor.id), None),
        "administers": Role.ADMIN in actor.roles,
        "may_be_served": not at_home and actor.organisation_kind is not OrganisationKind.INTERMEDIARY,
        "runs_the_house": runs_the_house,
        "others": [each for each in selectors.listed(actor) if each.id != own.id] if runs_the_house else [],
    }
    return render(request, "levee/people/organisation.html", context)


@require_POST
def answer_terms(request: HttpRequest) -> HttpResponse:
    """Join, limit or leave, in one step."""
    version = request.POST.get("version") or newest().version
    services.answer_terms(actor_in(request), version=version, answer=request.POST.get("answer", ""))
    messages.success(request, "Your answer stands. You can change it at any time.")
    return redirect("people:organisation")


@require_http_methods(["GET", "POST"])
def new_member(request: HttpRequest) -> HttpResponse:
    """Let a person or a machine in; a person gets a one-time link, a machine is led to its token."""
    actor = actor_in(request)
    form = NewMember(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = services.add_member(
            actor,
            organisation=actor.party,
            name=form.cleaned_data["name"],
            roles=[Role(role) for role in form.cleaned_data["roles"]],
            kind=PrincipalKind(form.cleaned_data["kind"]),
        )
        if member.kind is PrincipalKind.AGENT:
            return redirect("people:new-token-of", member=member.public_id)
        return _shown_link(
            request, actor_name=member.name, secret=services.make_link(actor, member.id), kind=actor.organisation_kind
        )
    return render(request, "levee/people/form.html", {"title": "Let somebody in", "form": form, "verb": "Let in"})


@require_POST
def new_link(request: HttpRequest, member: str) -> HttpResponse:
    """A new one-time link for a member that cannot sign in any more."""
    actor, key = actor_in(request), parse_public_id("PER", member)
    secret = services.make_link(actor, key)
    name = next((each.name for each in selectors.members(actor) if each.id == key), "a member")
    return _shown_link(request, actor_name=name, secret=secret, kind=actor.organisation_kind)


@require_POST
def end_member(request: HttpRequest, member: str) -> HttpResponse:
    """End a member: it signs in no more and its tokens open nothing."""
    services.end_member(actor_in(request), parse_public_id("PER", member))
    messages.success(request, "Ended: it signs in no more, and its tokens open nothing.")
    return redirect("people:organisation")


@require_http_methods(["GET", "POST"])
def forget(request: HttpRequest, member: str) -> HttpResponse:
    """Forget a member, or oneself; asked once more, for it cannot be undone."""
    actor, key = actor_in(request), parse_public_id("PER", member)
    found = next((each for each in selectors.members(actor) if each.id == key), None)
    if found is None:
        raise NotFound("there is nobody here by that name")
    form = Forget(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.forget(actor, key)
        except Conflict as error:
            form.add_error(None, f"{error.message}; {error.advice()}")
        else:
            if key == actor.id:
                request.session.flush()
                return redirect("account_login")
            messages.success(request, "Forgotten: what it contributed stays, under “a former member”.")
            return redirect("people:organisation")
    context = {"title": f"Forget {found.name}", "form": form, "member": found}
    return render(request, "levee/people/forget.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def new_organisation(request: HttpRequest) -> HttpResponse:
    """Let an organisation in, with its first administrator."""
    actor = actor_in(request)
    form = NewOrganisation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = services.let_in(
            actor,
            name=data["name"],
            kind=OrganisationKind(data["kind"]),
            administrator=data["administrator"],
            sector=data["sector"],
            contact=data["contact"],
        )
        return _shown_link(request, actor_name=done.administrator.name, secret=done.secret, kind=done.organisation.kind)
    context = {"title": "Let an organisation in", "form": form, "verb": "Let in"}
    return render(request, "levee/people/form.html", context)


@require_http_methods(["GET", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """Issue a token for oneself; its secret is shown this once."""
    return _issue(request, title="Issue an API token", principal=None)


@require_http_methods(["GET", "POST"])
def new_token_of(request: HttpRequest, member: str) -> HttpResponse:
    """Issue a token for a machine of one's organisation; its secret is shown this once."""
    key = parse_public_id("PER", member)
    name = next((each.name for each in selectors.members(actor_in(request)) if each.id == key), None)
    if name is None:
        raise NotFound("there is nobody here by that name")
    return _issue(request, title=f"Issue an API token for {name}", principal=key)


def _issue(request: HttpRequest, *, title: str, principal: UUID | None) -> HttpResponse:
    actor, form = actor_in(request), NewToken(request.POST or None)
    if request.method == "POST" and form.is_valid():
        issued = services.issue_token(
            actor,
            name=form.cleaned_data["name"],
            scopes=[Action(scope) for scope in form.cleaned_data["scopes"]],
            lasts=timedelta(days=form.cleaned_data["days"]),
            principal=principal,
        )
        return _shown_once(request, actor_name=issued.token.name, secret=issued.secret)
    return render(request, "levee/people/form.html", {"title": title, "form": form, "verb": "Issue"})


@require_POST
def revoke_token(request: HttpRequest, token: str) -> HttpResponse:
    """End a token at once."""
    services.revoke_token(actor_in(request), parse_public_id("TOK", token))
    messages.success(request, "The token opens nothing any more.")
    return redirect("people:organisation")


def _shown_link(request: HttpRequest, *, actor_name: str, secret: str, kind: OrganisationKind) -> HttpResponse:
    return _shown_once(request, actor_name=actor_name, secret=services.address_of_link(secret, kind))


def _shown_once(request: HttpRequest, *, actor_name: str, secret: str) -> HttpResponse:
    return render(request, "levee/people/once.html", {"title": f"For {actor_name}", "secret": secret})
