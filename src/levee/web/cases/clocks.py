"""The clocks of a case: drawn on its page in the reader's zone, kept and dropped, and as a calendar file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from levee.cases import selectors, services
from levee.cases.clocks.calendar_file import calendar_file
from levee.cases.clocks.moments import Moment
from levee.cases.clocks.running import State
from levee.kernel.ids import parse_public_id
from levee.kernel.zones import shown, zone_of, zones
from levee.platform.ports import ports
from levee.settings import settings
from levee.web.cases.acts import act
from levee.web.operators.clocks import SOON, left
from levee.web.signed_in import actor_in
from levee.web.tables import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from django.http import HttpRequest

    from levee.cases.types import Case, Clock, Timing
    from levee.policy.actors import Actor

ZONE_KEY = "levee.zone"
"""In a session: the zone that the reader chose to see clocks in."""
STANDS = {
    State.WAITING: ("not started", Tone.PLAIN),
    State.RUNNING: ("running", Tone.INFO),
    State.LATE: ("late", Tone.STOP),
    State.MET: ("met", Tone.GOOD),
    State.MET_LATE: ("met late", Tone.WARN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A clock as it is drawn.

    Attributes:
        here: when it runs out, in the reader's zone; empty where that is UTC or it waits.
        used: how much of the bar is filled, in per cent.
        left: how much time there is, in words.
    """

    clock: Clock
    here: str
    utc: str
    used: str
    left: str
    stands: str
    tone: Tone


def zone_in(request: HttpRequest) -> str:
    """The zone that the reader chose; UTC where none was."""
    chosen = request.session.get(ZONE_KEY, "")
    return chosen if chosen in zones() else "UTC"


def faces(timing: Timing, zone: str, now: datetime) -> Sequence[Face]:
    """The clocks of a case as they are drawn for a reader in a zone."""
    there = zone_of(zone)
    return [_face(each, there if zone != "UTC" else None, now) for each in timing.clocks]


def _face(clock: Clock, there: tzinfo | None, now: datetime) -> Face:
    stands, tone = STANDS[clock.state]
    if clock.policy == "embargo" and clock.done_at:
        stands, tone = "over", Tone.PLAIN
    if clock.state is State.RUNNING and clock.used >= 1 - SOON:
        tone = Tone.WARN
    runs = clock.due is not None and clock.done_at is None
    return Face(
        clock=clock,
        here=shown(clock.due, there) if clock.due and there else "",
        utc=shown(clock.due, UTC) if clock.due else "",
        used=f"{clock.used * 100:.1f}",
        left=left(clock.due, now) if runs and clock.due else "",
        stands=stands,
        tone=tone,
    )


class _Choosing(forms.Form):
    """A form with one list to choose from."""

    chosen = ""

    def __init__(self, *given: Any, choices: Iterable[tuple[str, str]], **more: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **more)
        self.fields[self.chosen].choices = [*choices]  # type: ignore[attr-defined]  # it is a choice


class ChoosePolicy(_Choosing):
    """A policy to bring in or to take out."""

    chosen = "policy"
    policy = forms.ChoiceField(label="Policy")
    because = forms.CharField(label="Why", max_length=500, help_text="Every party reads it.")


class StateMoment(_Choosing):
    """Something that happened."""

    chosen = "moment"
    moment = forms.ChoiceField(label="What happened")
    at = forms.DateTimeField(
        label="When, UTC",
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
        help_text="An exact instant that lies behind, such as 2026-12-01 12:00.",
    )
    evidence = forms.CharField(
        label="Where it can be seen", max_length=500, help_text="Such as the number of a report. Every party reads it."
    )


class ChooseZone(_Choosing):
    """The reader's own zone."""

    chosen = "zone"
    zone = forms.ChoiceField(label="Time zone", help_text="Clocks are shown in it, with UTC beside.")


def _timing(request: HttpRequest, case: str) -> Timing:
    return selectors.timing(actor_in(request), parse_public_id("CAS", case))


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, case: str) -> HttpResponse:
    """Bring a policy with time limits in."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.keep_policy(actor, found.id, policy=data["policy"], because=data["because"])
        return "Its clocks run."

    choices = [(each.name, each.title) for each in _timing(request, case).may_keep]
    return act(request, case, "Keep a policy", "Keep it", ChoosePolicy(request.POST or None, choices=choices), doing)


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, case: str) -> HttpResponse:
    """Take a policy out that one's own organisation brought in."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.drop_policy(actor, found.id, policy=data["policy"], because=data["because"])
        return "Its clocks are gone."

    choices = [(each.policy, each.title) for each in _timing(request, case).policies if each.yours]
    return act(request, case, "Drop a policy", "Drop it", ChoosePolicy(request.POST or None, choices=choices), doing)


@require_http_methods(["GET", "POST"])
def mark(request: HttpRequest, case: str) -> HttpResponse:
    """State that something happened that starts or stops clocks."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        moment = Moment(data["moment"])
        services.state_moment(actor, found.id, moment=moment, at=data["at"], evidence=data["evidence"])
        return "Your word stands."

    choices = [(each.value, each.says[:1].upper() + each.says[1:]) for each in _timing(request, case).may_state]
    form = StateMoment(request.POST or None, choices=choices)
    return act(request, case, "State what happened", "State it", form, doing)


@require_http_methods(["GET", "POST"])
def zone(request: HttpRequest, case: str) -> HttpResponse:
    """Choose the zone that clocks are shown in, for this session."""

    def doing(_actor: Actor, _found: Case, data: Mapping[str, Any]) -> str:
        request.session[ZONE_KEY] = data["zone"]
        return f"Clocks are shown in {data['zone']}."

    choices = [(each, each) for each in zones()]
    form = ChooseZone(request.POST or None, choices=choices, initial={"zone": zone_in(request)})
    return act(request, case, "Your time zone", "Choose", form, doing)


@require_GET
def calendar(request: HttpRequest, case: str) -> HttpResponse:
    """The clocks as a calendar file, which says nothing of what they are about."""
    page = f"{settings().site}/cases/{case}/"
    data = calendar_file(_timing(request, case).clocks, case=case, page=page, now=ports().clock.now())
    headers = {"Content-Disposition": f'attachment; filename="{case}.ics"'}
    return HttpResponse(data, content_type="text/calendar; charset=utf-8", headers=headers)
