"""Private channels of projects: the clearinghouse's access to them, and handing a case's report in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from levee.cases import selectors, services
from levee.cases.bridges.port import Kind
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.web.cases.acts import act
from levee.web.refusals import beside, say
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case
    from levee.policy.actors import Actor


def _secret(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Kept encrypted, and shown to nobody again.",
    )


class AddChannel(forms.Form):
    """A token to hand reports in with."""

    kind = forms.ChoiceField(label="Whose", choices=[(each, each.says) for each in Kind])
    name = forms.CharField(label="What you call it", max_length=200, help_text="Such as: GitHub, as our bot.")
    token = _secret("Token")
    base = forms.CharField(
        label="Address of the API",
        required=False,
        help_text="Empty for the public one. A server of a project's own: such as https://git.example.org/api/v4.",
    )


class RenewToken(forms.Form):
    """Another token."""

    token = _secret("Another token")


class HandIn(forms.Form):
    """A project's channel."""

    channel = forms.ChoiceField(label="Channel")
    project = forms.CharField(
        label="Project there", max_length=255, help_text="owner/name at GitHub, group/project at GitLab."
    )
    name = forms.CharField(label="What the case calls it", max_length=200)
    because = forms.CharField(label="Why it must know", max_length=500, help_text="Every party reads it.")


@require_http_methods(["GET", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """All of them, and a form for another one."""
    actor, form = actor_in(request), AddChannel(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_channel(actor, **{**data, "kind": Kind(data["kind"])})
        except LeveeError as error:
            beside(form, error)
        else:
            messages.success(request, "It is kept. Reports can be handed in by it on a case's page.")
            return redirect("cases:channels")
    return _shown(request, actor, form)


def _shown(request: HttpRequest, actor: Actor, form: AddChannel, *, problem: str = "") -> HttpResponse:
    found = selectors.channels(actor)
    context = {
        "title": "Private channels",
        "channels": [(each, RenewToken(auto_id=f"{each.public_id}-%s")) for each in found],
        "form": form,
        "problem": problem,
    }
    return render(request, "levee/cases/channels.html", context, status=400 if form.errors or problem else 200)


@require_POST
def change_channel(request: HttpRequest, channel: str) -> HttpResponse:
    """Give a channel another token, or use it no more."""
    actor, key = actor_in(request), parse_public_id("CHN", channel)
    try:
        if "end" in request.POST:
            services.end_channel(actor, key)
            messages.success(request, "It is used no more, and its token is destroyed.")
        else:
            services.renew_token(actor, key, token=request.POST.get("token", ""))
            messages.success(request, "The other token is kept, and the one before destroyed.")
    except LeveeError as error:
        return _shown(request, actor, AddChannel(), problem=say(error))
    return redirect("cases:channels")


@require_http_methods(["GET", "POST"])
def hand_in(request: HttpRequest, case: str) -> HttpResponse:
    """Let a project in, and hand the report in at its private channel."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.bridge(actor, found.id, **{**data, "channel": _key(data["channel"])})
        return "The project is let in, at its turn. The report leaves within a minute, and the page says how it went."

    known = selectors.channels(actor_in(request))
    form = HandIn(request.POST or None)
    chosen = [(each.public_id, f"{each.name} ({each.kind.says})") for each in known]
    if not known:
        form.fields["channel"].help_text = "None yet: a coordinator keeps a token under Cases, Private channels."
    form.fields["channel"].choices = chosen  # type: ignore[attr-defined]  # it is a field of choices
    return act(request, case, "Hand the report in at a private channel", "Let it in and hand in", form, doing)


def _key(text: str) -> UUID:
    return parse_public_id("CHN", text)


@require_POST
def look_again(request: HttpRequest, case: str, bridge: str) -> HttpResponse:
    """Look at a channel now, after a problem too."""
    actor, key = actor_in(request), parse_public_id("CAS", case)
    services.look_at_bridge(actor, key, parse_public_id("BRI", bridge))
    messages.success(request, "It is looked at within a minute.")
    return redirect("cases:one", case=case)
