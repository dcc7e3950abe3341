"""How an operator is told: its ways, its hours, a test, and what was sent when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.alerts import selectors, services
from levee.alerts.types import AlertKind, DeliveryState, Preferences, Says
from levee.kernel.errors import BadInput, LeveeError
from levee.kernel.ids import parse_public_id
from levee.platform.database.acting import acting
from levee.settings import settings
from levee.web.refusals import beside
from levee.web.signed_in import actor_in
from levee.web.tables import Cell, Column, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest

    from levee.alerts.types import Alert, Delivery, Secret
    from levee.policy.actors import Actor

CORRECTABLE = {400, 409, 429}
WHEN = Column(label="When", whole=True)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_STATES = {
    DeliveryState.HELD: ("Waits for its hour", Tone.PLAIN),
    DeliveryState.WRITING: ("Leaves now", Tone.INFO),
    DeliveryState.WAITING: ("Leaves now", Tone.INFO),
    DeliveryState.LEAVING: ("Leaves now", Tone.INFO),
    DeliveryState.SENT: ("Sent", Tone.GOOD),
    DeliveryState.FAILED: ("Failed", Tone.STOP),
    DeliveryState.DROPPED: ("Not needed", Tone.PLAIN),
}
_KINDS = {
    AlertKind.NEW: "New",
    AlertKind.STRICTER: "More pressing",
    AlertKind.AGAIN: "Back again",
    AlertKind.STAND_DOWN: "Stand down",
    AlertKind.FORENSICS: "Look for a break-in",
    AlertKind.CLOCK: "A clock has run out",
}


def clock(label: str, hint: str, *, required: bool = True) -> forms.TimeField:
    """A field for an hour of the day, in the time zone that the form names."""
    return forms.TimeField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.TimeInput(format="%H:%M"),
        error_messages={"invalid": "This is no hour of the day. Write it like 22:00."},
    )


class PreferencesForm(forms.Form):
    """How somebody wants to be told."""

    mail = forms.BooleanField(required=False, label="Tell us by mail")
    address = forms.EmailField(required=False, label="Mail address", help_text="Empty: your organisation's contact.")
    says = forms.ChoiceField(
        choices=[(Says.REASON, "What to do, and why"), (Says.SOMETHING, "Only that there is something")],
        label="How much a mail says",
    )
    zone = forms.ChoiceField(
        choices=[(zone, zone) for zone in sorted(available_timezones())],
        label="Time zone",
        help_text="Of all hours below, such as America/Chicago.",
    )
    quiet_from = clock("Quiet from", "Such as 22:00. No mail until it ends.", required=False)
    quiet_to = clock("Quiet until", "Such as 06:00.", required=False)
    urgent_in_quiet = forms.BooleanField(required=False, label="What is due within three days comes all the same")
    digest_at = clock("Daily mail at", "Such as 07:00. About all that has more than three days.")
    brief_day = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "No"), *((str(number), day) for number, day in enumerate(DAYS))],
        label="Weekly brief",
    )
    hourly = forms.IntegerField(label="Mails at once in an hour, at most", help_text="What is more comes together.")


class HookForm(forms.Form):
    """A webhook to call."""

    url = forms.CharField(
        label="Address, beginning with https",
        max_length=1000,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )


class TokenForm(forms.Form):
    """A reader of the feed."""

    name = forms.CharField(label="What it is for", help_text="Such as: the screen in the office.", max_length=100)


def _hook_form(data: Mapping[str, Any] | None = None) -> HookForm:
    return HookForm(data, auto_id="hook-%s")


def _token_form(data: Mapping[str, Any] | None = None) -> TokenForm:
    return TokenForm(data, auto_id="feed-%s")


@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """Preferences, ways, and the log."""
    return _shown(request, actor_in(request))


def _shown(
    request: HttpRequest,
    actor: Actor,
    *,
    form: PreferencesForm | None = None,
    hook: HookForm | None = None,
    token: TokenForm | None = None,
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
            "hook_form": hook or _hook_form(),
            "token_form": token or _token_form(),
            "hooks": hooks,
            "tokens": [each for each in tokens if each.revoked_at is None],
            "alerts": _alerts(alerts),
            "log": _log(log),
            "address": address,
            "mails": chosen.mail,
            "problem": problem,
            "hook_secret": made[1].secret if made and made[0] == "hook" else "",
            "feed_url": _feed_url(made[1].secret) if made and made[0] == "feed" else "",
        },
        status=problem.status if problem else 400 if form or hook or token else 200,
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
        empty="You were told of nothing yet",
        empty_text="As soon as something new is to be done, it stands here with the reason.",
    )


def _log(found: Sequence[Delivery]) -> Table:
    return Table(
        caption="What was sent when",
        columns=(WHEN, Column(label="What"), Column(label="To"), Column(label="How it ended")),
        rows=tuple(_line(each) for each in found),
        empty="Nothing was sent yet",
        empty_text="What leaves by mail, webhook or test stands here, and how it ended.",
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
        beside(form, error)
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
    actor, form = actor_in(request), _hook_form(request.POST)
    if form.is_valid():
        try:
            return _shown(request, actor, made=("hook", services.add_hook(actor, form.cleaned_data["url"])))
        except LeveeError as error:
            beside(form, error)
    return _shown(request, actor, hook=form)


@require_POST
def change_hook(request: HttpRequest, hook: str) -> HttpResponse:
    """Remove a webhook, or call it again."""
    actor, key = actor_in(request), parse_public_id("HOK", hook)
    (services.resume_hook if "resume" in request.POST else services.remove_hook)(actor, key)
    return redirect("operators:alerts")


@require_POST
def add_token(request: HttpRequest) -> HttpResponse:
    """Make a secret address of the feed, and show it once."""
    actor, form = actor_in(request), _token_form(request.POST)
    if form.is_valid():
        try:
            return _shown(request, actor, made=("feed", services.add_feed_token(actor, form.cleaned_data["name"])))
        except LeveeError as error:
            beside(form, error)
    return _shown(request, actor, token=form)


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
