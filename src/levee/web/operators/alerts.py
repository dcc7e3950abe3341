"""How an operator is told: its ways, its hours, a test, and what was sent when."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.alerts import selectors, services
from levee.alerts.types import Kind, Preferences, Says, State
from levee.kernel.errors import BadInput, LeveeError
from levee.kernel.ids import parse_public_id
from levee.platform.database.acting import acting
from levee.settings import settings
from levee.web.signed_in import actor_in
from levee.web.tables import Cell, Column, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from levee.alerts.types import Alert, Delivery, Secret
    from levee.policy.actors import Actor

CORRECTABLE = {400, 409, 429}
WHEN = Column(label="When", whole=True)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_STATES = {
    State.HELD: ("Waits for its hour", Tone.PLAIN),
    State.WRITING: ("Leaves now", Tone.INFO),
    State.WAITING: ("Leaves now", Tone.INFO),
    State.LEAVING: ("Leaves now", Tone.INFO),
    State.SENT: ("Sent", Tone.GOOD),
    State.FAILED: ("Failed", Tone.STOP),
    State.DROPPED: ("Not needed", Tone.PLAIN),
}
_KINDS = {
    Kind.NEW: "New",
    Kind.STRICTER: "More pressing",
    Kind.AGAIN: "Back again",
    Kind.STAND_DOWN: "Stand down",
    Kind.FORENSICS: "Look for a break-in",
    Kind.CLOCK: "A clock has run out",
}


class PreferencesForm(forms.Form):
    """How somebody wants to be told."""

    mail = forms.BooleanField(required=False, label="Tell us by mail")
    address = forms.EmailField(required=False, label="Mail address", help_text="Empty: your organisation's contact.")
    says = forms.ChoiceField(
        choices=[(Says.REASON, "What to do, and why"), (Says.SOMETHING, "Only that there is something")],
        label="How much a mail says",
    )
    zone = forms.ChoiceField(choices=[(zone, zone) for zone in sorted(available_timezones())], label="Time zone")
    quiet_from = forms.TimeField(required=False, label="Quiet from", help_text="Such as 22:00. No mail until it ends.")
    quiet_to = forms.TimeField(required=False, label="Quiet until")
    urgent_in_quiet = forms.BooleanField(required=False, label="What is due within three days comes all the same")
    digest_at = forms.TimeField(label="Daily mail at", help_text="About all that has more than three days.")
    brief_day = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "No"), *((str(number), day) for number, day in enumerate(DAYS))],
        label="Weekly brief",
    )
    hourly = forms.IntegerField(label="Mails at once in an hour, at most", help_text="What is more comes together.")


@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """Preferences, ways, and the log."""
    return _shown(request, actor_in(request))


def _shown(
    request: HttpRequest,
    actor: Actor,
    *,
    form: PreferencesForm | None = None,
    problem: LeveeError | None = None,
    made: tuple[str, Secret] | None = None,
) -> HttpResponse:
    with acting(actor):
        chosen, hooks, tokens = selectors.preferences(actor), selectors.hooks(actor), selectors.feed_tokens(actor)
        alerts, log, address = selectors.alerts(actor), selectors.log(actor), selectors.address(actor)
    return render(
        request,
        "levee/operators/alerts.html",
        {
            "title": "Alerts",
            "form": form or PreferencesForm(initial=_initial(chosen)),
            "hooks": hooks,
            "tokens": [each for each in tokens if each.revoked_at is None],
            "alerts": _alerts(alerts),
            "log": _log(log),
            "address": address,
            "problem": problem,
            "hook_secret": made[1].secret if made and made[0] == "hook" else "",
            "feed_url": _feed_url(made[1].secret) if made and made[0] == "feed" else "",
        },
        status=problem.status if problem else 400 if form else 200,
    )


def _feed_url(secret: str) -> str:
    return f"{settings().operators_site}/alert-feeds/{secret}/alerts"


def _initial(chosen: Preferences) -> dict[str, object]:
    return {name: getattr(chosen, name) for name in PreferencesForm.base_fields}


def _alerts(found: Sequence[Alert]) -> Table:
    return Table(
        caption="What you were told",
        columns=(WHEN, Column(label="What"), Column(label="Why you")),
        rows=tuple(
            (
                f"{each.at:%Y-%m-%d %H:%M} UTC",
                Cell(text=each.title, url=each.page, detail=f"{_KINDS[each.kind]}, {each.band}"),
                each.reason,
            )
            for each in found
        ),
    )


def _log(found: Sequence[Delivery]) -> Table:
    return Table(
        caption="What was sent when",
        columns=(WHEN, Column(label="What"), Column(label="To"), Column(label="How it ended")),
        rows=tuple(_line(each) for each in found),
    )


def _line(each: Delivery) -> tuple[Cell | str, ...]:
    text, tone = _STATES[each.state]
    at = each.ended_at or each.not_before
    return (
        f"{at:%Y-%m-%d %H:%M} UTC",
        each.subject or each.purpose.value.capitalize(),
        Cell(text=each.channel.value.capitalize(), detail=each.to),
        Cell(text=text, tone=tone, detail=each.answer),
    )


@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Note how somebody wants to be told."""
    actor, form = actor_in(request), PreferencesForm(request.POST)
    if not form.is_valid():
        return _shown(request, actor, form=form)
    try:
        services.prefer(actor, Preferences(**form.cleaned_data | {"says": Says(form.cleaned_data["says"])}))
    except BadInput as error:
        form.add_error(error.place if error.place in form.fields else None, str(error.message))
        return _shown(request, actor, form=form)
    messages.success(request, "Noted.")
    return redirect("operators:alerts")


@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """Send a test by every way."""
    actor = actor_in(request)
    try:
        count = services.test(actor)
    except LeveeError as error:
        return _shown(request, actor, problem=_correctable(error))
    messages.success(request, f"{count} on the way. The log below says how it ends." if count else "No way is set up.")
    return redirect("operators:alerts")


@require_POST
def add_hook(request: HttpRequest) -> HttpResponse:
    """Have a webhook called, and show its secret once."""
    actor = actor_in(request)
    try:
        made = services.add_hook(actor, request.POST.get("url", ""))
    except LeveeError as error:
        return _shown(request, actor, problem=_correctable(error))
    return _shown(request, actor, made=("hook", made))


@require_POST
def change_hook(request: HttpRequest, hook: str) -> HttpResponse:
    """Remove a webhook, or call it again."""
    actor, key = actor_in(request), parse_public_id("HOK", hook)
    (services.resume_hook if "resume" in request.POST else services.remove_hook)(actor, key)
    return redirect("operators:alerts")


@require_POST
def add_token(request: HttpRequest) -> HttpResponse:
    """Make a secret address of the feed, and show it once."""
    actor = actor_in(request)
    try:
        made = services.add_feed_token(actor, request.POST.get("name", ""))
    except LeveeError as error:
        return _shown(request, actor, problem=_correctable(error))
    return _shown(request, actor, made=("feed", made))


@require_POST
def revoke_token(request: HttpRequest, token: str) -> HttpResponse:
    """Close a secret address of the feed."""
    services.revoke_feed_token(actor_in(request), parse_public_id("FED", token))
    return redirect("operators:alerts")


@require_GET
def atom(_request: HttpRequest, secret: str) -> HttpResponse:
    """The feed as Atom, for whoever has its address."""
    return _private(HttpResponse(selectors.feed_as_atom(secret), content_type="application/atom+xml"))


@require_GET
def json(_request: HttpRequest, secret: str) -> HttpResponse:
    """The same as JSON Feed."""
    return _private(HttpResponse(selectors.feed_as_json(secret), content_type="application/feed+json"))


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _correctable(error: LeveeError) -> LeveeError:
    if error.status not in CORRECTABLE:
        raise error
    return error
