"""Webhooks of the reader's organisation, called when its cases change, and the log of their calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from levee.cases import selectors, services
from levee.cases.types import CallState
from levee.kernel.errors import LeveeError, NotFound
from levee.kernel.ids import parse_public_id
from levee.platform.database.acting import acting
from levee.web.refusals import beside, say
from levee.web.signed_in import actor_in
from levee.web.tables import Cell, Column, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Call
    from levee.policy.actors import Actor

_STATES = {
    CallState.WAITING: ("Leaves now", Tone.INFO),
    CallState.SENT: ("Sent", Tone.GOOD),
    CallState.FAILED: ("Failed", Tone.STOP),
    CallState.DROPPED: ("Not sent", Tone.PLAIN),
}


class HookForm(forms.Form):
    """An address to call."""

    url = forms.CharField(
        label="Address, beginning with https",
        max_length=1000,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )


@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """All of them, a form for another one, whose secret is shown once, and the log."""
    actor = actor_in(request)
    form = HookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _shown(request, actor, HookForm(), secret=services.add_hook(actor, form.cleaned_data["url"]).secret)
        except LeveeError as error:
            beside(form, error)
    return _shown(request, actor, form)


def _shown(request: HttpRequest, actor: Actor, form: HookForm, *, secret: str = "", problem: str = "") -> HttpResponse:
    with acting(actor):
        hooks, calls = selectors.hooks(actor), selectors.calls(actor)
        titles = selectors.titles(actor, {each.case for each in calls if each.case})
    context = {
        "title": "Webhooks for cases",
        "hooks": hooks,
        "form": form,
        "secret": secret,
        "problem": problem,
        "log": _log(calls, titles),
    }
    return render(request, "levee/cases/webhooks.html", context, status=400 if form.errors or problem else 200)


def _log(calls: Sequence[Call], titles: Mapping[UUID, str]) -> Table:
    return Table(
        caption="What was called for when",
        columns=(
            Column(label="When", whole=True),
            Column(label="What"),
            Column(label="To"),
            Column(label="How it ended"),
        ),
        rows=tuple(_line(each, titles) for each in calls),
        empty="Nothing was called for yet",
        empty_text="Each call stands here, and how it ended.",
    )


def _line(each: Call, titles: Mapping[UUID, str]) -> tuple[Cell | str, ...]:
    text, tone = _STATES[each.state]
    detail = each.answer
    if each.state is CallState.WAITING and each.attempts:
        text, tone = "Tried again", Tone.WARN
        detail = f"{each.answer}; next at {each.not_before:%Y-%m-%d %H:%M} UTC"
    title = titles.get(each.case, "") if each.case else ""
    return (
        f"{each.ended_at or each.queued_at:%Y-%m-%d %H:%M} UTC",
        Cell(
            text=each.says[:1].upper() + each.says[1:],
            detail=title,
            url=reverse("cases:one", args=[each.case_id]) if title else "",
        ),
        each.url,
        Cell(text=text, tone=tone, detail=detail),
    )


@require_POST
def change(request: HttpRequest, hook: str) -> HttpResponse:
    """Test a webhook, give it another secret, call it again, or call it no more."""
    actor, key = actor_in(request), parse_public_id("HOK", hook)
    try:
        if "renew" in request.POST:
            return _shown(request, actor, HookForm(), secret=services.renew_secret(actor, key).secret)
        done = next((each for each in _ACTS if each in request.POST), None)
        if done is None:
            raise NotFound("there is nothing here by that name")
        _ACTS[done][0](actor, key)
        messages.success(request, _ACTS[done][1])
    except LeveeError as error:
        return _shown(request, actor, HookForm(), problem=say(error))
    return redirect("cases:webhooks")


_ACTS: Mapping[str, tuple[Callable[[Actor, UUID], object], str]] = {
    "test": (services.test_hook, "A test is on the way. The log below says how it ends."),
    "resume": (services.resume_hook, "It is called again, for what changes from now on."),
    "remove": (services.remove_hook, "It is called no more."),
}
