from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status

from levee.api.bodies import In
from levee.api.house import actor_of
from levee.cases import selectors, services, types
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["cases"])


class CaseHookOut(Schema):
    """A webhook; `failed_at` is since when its calls fail, `paused` that it was given up."""

    public_id: str
    url: str
    created_at: datetime
    failed_at: datetime | None
    paused: bool


class CaseHookIn(In):
    """An https address to call when a case of yours changes."""

    url: str


class CaseHookSecretOut(Schema):
    """A webhook, and the secret that signs its calls; shown this once."""

    public_id: str
    secret: str


class CaseCallOut(Schema):
    """A call to a webhook: `waiting`, `sent`, `failed`, or `dropped`; without `case_id` it is a test."""

    public_id: str
    url: str
    case_id: str
    what: str | None
    state: str
    queued_at: datetime
    not_before: datetime
    ended_at: datetime | None
    attempts: int
    answer: str


class CaseTestOut(Schema):
    """The call's id in the log."""

    public_id: str


@router.get("/cases/webhooks", response=list[CaseHookOut], summary="Your webhooks for cases")
def hooks(request: HttpRequest) -> Sequence[types.Hook]:
    """Those that are called, and those that were given up (`paused`)."""
    return selectors.hooks(actor_of(request))


@router.post("/cases/webhooks", response={201: CaseHookSecretOut}, summary="Have a webhook called when a case changes")
def add_hook(request: HttpRequest, body: CaseHookIn) -> Status[types.HookSecret]:
    """It is called from now on for each change of a case that you take part in; a call holds no content."""
    return Status(201, services.add_hook(actor_of(request), body.url))


@router.get("/cases/webhooks/calls", response=list[CaseCallOut], summary="What your webhooks were called for")
def calls(request: HttpRequest, limit: int = 50) -> Sequence[types.Call]:
    """The newest first: fifty at once, unless more are asked for; at most 200."""
    return selectors.calls(actor_of(request), limit=max(1, min(limit, 200)))


@router.delete("/cases/webhooks/{hook}", response={204: None}, summary="Call a webhook for cases no more")
def remove_hook(request: HttpRequest, hook: str) -> Status[None]:
    """What waits for it is not sent."""
    services.remove_hook(actor_of(request), parse_public_id("HOK", hook))
    return Status(204, None)


@router.post("/cases/webhooks/{hook}/resume", response={204: None}, summary="Call a webhook for cases again")
def resume_hook(request: HttpRequest, hook: str) -> Status[None]:
    """One that was given up, for what changes from now on; ask for what it missed by the cursor."""
    services.resume_hook(actor_of(request), parse_public_id("HOK", hook))
    return Status(204, None)


@router.post("/cases/webhooks/{hook}/secret", response=CaseHookSecretOut, summary="Give a webhook another secret")
def renew_secret(request: HttpRequest, hook: str) -> types.HookSecret:
    """From now on it signs every call."""
    return services.renew_secret(actor_of(request), parse_public_id("HOK", hook))


@router.post("/cases/webhooks/{hook}/test", response=CaseTestOut, summary="Call a webhook for cases once, as a test")
def test_hook(request: HttpRequest, hook: str) -> dict[str, str]:
    """At most six in an hour."""
    return {"public_id": public_id("DLV", services.test_hook(actor_of(request), parse_public_id("HOK", hook)))}
