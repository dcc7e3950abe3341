"""What can be done on a case's page: one form each, and back to the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from levee.access.selectors import clearinghouse
from levee.cases import selectors, services
from levee.cases.rules.embargo import EndReason
from levee.findings import selectors as findings
from levee.fixes import services as fixes
from levee.identity import selectors as identity
from levee.identity.selectors import names
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id, public_id
from levee.policy.actors import OrganisationKind
from levee.validation.types import Change
from levee.web.cases.forms import (
    AttachFix,
    EndEmbargo,
    Invite,
    InviteMember,
    OfferMember,
    ShortenEmbargo,
    TakeIn,
)
from levee.web.refusals import beside
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case
    from levee.policy.actors import Actor


LINED_UP = "It waits for its turn: its project takes so many new items a week, or in a certain form."


def act(  # noqa: PLR0917 - a page's form and what it does
    request: HttpRequest,
    case: str,
    title: str,
    verb: str,
    form: forms.Form,
    doing: Callable[..., str],
    *,
    then: str = "",
) -> HttpResponse:
    """A form on a case: shown, or done and back to the case, with what was wrong beside its field."""
    actor = actor_in(request)
    found = selectors.get(actor, parse_public_id("CAS", case))
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, doing(actor, found, form.cleaned_data))
            return redirect(then) if then else redirect("cases:one", case=found.public_id)
        except LeveeError as error:
            beside(form, error)
    return _page(request, found, title, verb, form)


def confirmed(  # noqa: PLR0917 - as above
    request: HttpRequest,
    case: str,
    title: str,
    verb: str,
    kinds: tuple[Callable[..., forms.Form], Callable[..., forms.Form]],
    doing: Callable[..., str],
    *,
    then: str = "",
) -> HttpResponse:
    """The same for what takes a second code of who came in by a link: it asks for one here, and types it.

    Args:
        request: the page's.
        case: `CAS-…`.
        title: of the page.
        verb: of its button.
        kinds: the form for who signs in, and the one with a code.
        doing: what it does, and says that it did.
        then: the page that follows; the case's where it is empty.
    """
    actor, key = actor_in(request), parse_public_id("CAS", case)
    coded = services.needs_code(actor, key)
    kind = kinds[coded]
    if not coded or "send-code" not in request.POST:
        return act(request, case, title, verb, kind(request.POST or None), doing, then=then)
    services.renew_code(actor, key)
    messages.success(
        request, "If your link still stands, a letter with a second code is on its way. Your words are kept."
    )
    return _page(request, selectors.get(actor, key), title, verb, kind(initial=request.POST.dict()))


def _page(request: HttpRequest, found: Case, title: str, verb: str, form: forms.Form) -> HttpResponse:
    context = {"title": title, "lead": found.title, "form": form, "verb": verb, "case": found}
    context["sends_code"] = "code" in form.fields
    return render(request, "levee/cases/form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, case: str) -> HttpResponse:
    """Let a maintainer in who has no account."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        given = {name: data[name] for name in ("name", "address", "because")}
        sent = services.invite_maintainer(actor, found.id, **given)
        return "A letter leaves at the next tick." if sent else LINED_UP

    return act(request, case, "Let a maintainer in", "Let in", Invite(request.POST or None), doing)


@require_http_methods(["GET", "POST"])
def invite_member(request: HttpRequest, case: str) -> HttpResponse:
    """Let a member organisation in as vendor; a member that owns the case offers it a part, by its number."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        key = parse_public_id("ORG", data["party"])
        seat = services.invite(actor, found.id, party=key, because=data["because"])
        if not house:
            return "It is offered a part: it sees the terms, and nothing else before it agrees."
        return f"{choices[data['party']]} takes part." if seat else LINED_UP

    actor = actor_in(request)
    house = actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
    given = {name: request.GET[name] for name in ("party", "because") if name in request.GET}
    if not house:
        form: forms.Form = OfferMember(
            request.POST or None, clearinghouse=public_id("ORG", clearinghouse()), initial=given
        )
        return act(request, case, "Offer a member a part", "Offer it", form, doing)
    choices = {each.public_id: each.name for each in identity.listed(actor) if each.id != actor.party}
    form = InviteMember(request.POST or None, organisations=choices.items(), initial=given)
    return act(request, case, "Let a member organisation in", "Let in", form, doing)


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest, case: str) -> HttpResponse:
    """Take a finding of the same cause into the case."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.take_in(actor, found.id, parse_public_id("FND", data["finding"]))
        return "It is in the case, and its finder takes part."

    actor = actor_in(request)
    more = findings.listed(actor, only=selectors.rediscoveries(actor, parse_public_id("CAS", case)))
    form = TakeIn(request.POST or None, findings=[(each.public_id, each.title) for each in more])
    return act(request, case, "Found again", "Take it in", form, doing)


@require_POST
def new_link(request: HttpRequest, case: str, participant: str) -> HttpResponse:
    """Send a maintainer without an account a new letter."""
    found = selectors.get(actor_in(request), parse_public_id("CAS", case))
    services.new_link(actor_in(request), found.id, participant=parse_public_id("PAR", participant))
    messages.success(request, "A letter with a new link leaves at the next tick; the old link has ended.")
    return redirect("cases:one", case=found.public_id)


@require_http_methods(["GET", "POST"])
def shorten_embargo(request: HttpRequest, case: str) -> HttpResponse:
    """Bring the end of the embargo forward."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.shorten_embargo(actor, found.id, end=data["end"], because=data["because"])
        return "The embargo ends earlier."

    form = ShortenEmbargo(request.POST or None)
    return act(request, case, "Bring the end of the embargo forward", "Bring it forward", form, doing)


@require_http_methods(["GET", "POST"])
def end_embargo(request: HttpRequest, case: str) -> HttpResponse:
    """End the embargo before its time."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.end_embargo(actor, found.id, reason=EndReason(data["reason"]), evidence=data["evidence"])
        return "The embargo has ended. You may publish; you need not."

    return act(request, case, "End the embargo now", "End it", EndEmbargo(request.POST or None), doing)


@require_http_methods(["GET", "POST"])
def attach_fix(request: HttpRequest, case: str) -> HttpResponse:
    """Attach a patch or an upgrade; it is checked at once."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        change = Change(patch=data["patch"].replace("\r\n", "\n").encode(), upgrade=data["upgrade"])
        author = names(actor, [actor.party]).get(actor.party, "")
        fixes.attach(actor, found.id, change=change, author=author, note=data["note"])
        return "Attached. It is being checked; look again in a moment."

    return act(request, case, "Attach a fix", "Attach", AttachFix(request.POST or None), doing)
