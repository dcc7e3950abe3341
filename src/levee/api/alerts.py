from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import BeforeValidator, Field

from levee.alerts import selectors, services, types
from levee.api.bodies import In, YesNo
from levee.api.house import actor_of
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["alerts"])
MOST = 200


def _in_words(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError("an hour is written like 22:00")  # noqa: TRY004 - what pydantic tells as a wrong value
    return value


Hour = Annotated[time, BeforeValidator(_in_words)]


class PreferencesOut(Schema):
    """How the operator is told. Hours are of `zone`; `brief_day` is 0 for Monday, null for no weekly brief."""

    mail: bool
    address: str
    says: types.Says
    zone: str
    quiet_from: time | None
    quiet_to: time | None
    urgent_in_quiet: bool
    digest_at: time
    brief_day: int | None
    hourly: int


class PreferencesIn(In):
    """The same to state it: all of it."""

    mail: YesNo
    address: str = ""
    says: types.Says
    zone: str
    quiet_from: Hour | None = None
    quiet_to: Hour | None = None
    urgent_in_quiet: YesNo = False
    digest_at: Hour
    brief_day: Annotated[int, Field(strict=True)] | None = None
    hourly: int = Field(strict=True)


class AlertOut(Schema):
    """One thing that was told."""

    public_id: str
    at: datetime
    kind: types.AlertKind
    action: str | None
    forensic: str | None
    title: str
    reason: str
    band: str
    due_at: datetime | None
    urgent: bool


class DeliveryOut(Schema):
    """Something that was sent or is to be sent, and how it ended."""

    public_id: str
    channel: types.Channel
    purpose: types.Purpose
    state: types.DeliveryState
    to: str
    subject: str
    queued_at: datetime
    not_before: datetime
    ended_at: datetime | None
    attempts: int
    answer: str


class HookIn(In):
    """An https address to be called."""

    url: str


class HookOut(Schema):
    """A webhook."""

    public_id: str
    url: str
    created_at: datetime
    failed_at: datetime | None
    paused: bool


class AlertFeedIn(In):
    """What the address is for."""

    name: str


class AlertFeedOut(Schema):
    """A secret address of the feed, without its secret."""

    public_id: str
    name: str
    created_at: datetime
    revoked_at: datetime | None


class SecretOut(Schema):
    """What was made, with the secret that is shown this once."""

    public_id: str
    secret: str


class TestOut(Schema):
    """How many tests leave."""

    leave: int


@router.get("/alerts", response=list[AlertOut], summary="What you were told, the newest first")
def listed(request: HttpRequest, limit: int = selectors.NEWEST) -> list[dict[str, object]]:
    """Fifty at once, unless more are asked for; at most 200."""
    found = selectors.alerts(actor_of(request), limit=max(1, min(limit, MOST)))
    return [
        asdict(each) | {"public_id": public_id("ALR", each.id), "action": each.action_id, "forensic": each.forensic_id}
        for each in found
    ]


@router.get("/alerts/log", response=list[DeliveryOut], summary="What was sent when, and how it ended")
def log(request: HttpRequest, limit: int = selectors.NEWEST) -> list[dict[str, object]]:
    """Fifty at once, unless more are asked for; at most 200."""
    found = selectors.log(actor_of(request), limit=max(1, min(limit, MOST)))
    return [asdict(each) | {"public_id": public_id("DLV", each.id)} for each in found]


@router.get("/alerts/preferences", response=PreferencesOut, summary="How you are told")
def preferences(request: HttpRequest) -> types.Preferences:
    """As you chose, or as usual."""
    return selectors.preferences(actor_of(request))


@router.put("/alerts/preferences", response=PreferencesOut, summary="State how you want to be told")
def prefer(request: HttpRequest, body: PreferencesIn) -> types.Preferences:
    """All of it at once; where a field has a default, leaving it out means the default."""
    services.prefer(actor_of(request), types.Preferences(**body.dict()))
    return selectors.preferences(actor_of(request))


@router.post("/alerts/test", response=TestOut, summary="Send a test by every way")
def test(request: HttpRequest) -> dict[str, int]:
    """At most six in an hour."""
    return {"leave": services.test(actor_of(request))}


@router.get("/alerts/webhooks", response=list[HookOut], summary="Your webhooks")
def hooks(request: HttpRequest) -> list[types.Hook]:
    """Those that are called, and those that were given up (`paused`)."""
    return list(selectors.hooks(actor_of(request)))


@router.post("/alerts/webhooks", response={201: SecretOut}, summary="Have a webhook called")
def add_hook(request: HttpRequest, body: HookIn) -> Status[dict[str, str]]:
    """The secret signs its calls: see the guide on how to check them."""
    return Status(201, _secret("HOK", services.add_hook(actor_of(request), body.url)))


@router.post("/alerts/webhooks/{hook}/resume", response={204: None}, summary="Call a webhook again")
def resume_hook(request: HttpRequest, hook: str) -> Status[None]:
    """One that was given up."""
    services.resume_hook(actor_of(request), _key("HOK", hook))
    return Status(204, None)


@router.delete("/alerts/webhooks/{hook}", response={204: None}, summary="Call a webhook no more")
def remove_hook(request: HttpRequest, hook: str) -> Status[None]:
    """What waits for it is not sent."""
    services.remove_hook(actor_of(request), _key("HOK", hook))
    return Status(204, None)


@router.get("/alerts/feeds", response=list[AlertFeedOut], summary="Secret addresses of your feed")
def feed_tokens(request: HttpRequest) -> list[types.FeedToken]:
    """Without their secrets."""
    return list(selectors.feed_tokens(actor_of(request)))


@router.post("/alerts/feeds", response={201: SecretOut}, summary="Make a secret address of your feed")
def add_feed_token(request: HttpRequest, body: AlertFeedIn) -> Status[dict[str, str]]:
    """Read it at `/alert-feeds/SECRET/alerts.atom` or `/alert-feeds/SECRET/alerts.json`."""
    return Status(201, _secret("FED", services.add_feed_token(actor_of(request), body.name)))


@router.delete("/alerts/feeds/{token}", response={204: None}, summary="Revoke a secret address of your feed")
def revoke_feed_token(request: HttpRequest, token: str) -> Status[None]:
    """It answers no more."""
    services.revoke_feed_token(actor_of(request), _key("FED", token))
    return Status(204, None)


def _secret(prefix: str, made: types.Secret) -> dict[str, str]:
    return {"public_id": public_id(prefix, made.id), "secret": made.secret}


def _key(prefix: str, text: str) -> UUID:
    return parse_public_id(prefix, text)
