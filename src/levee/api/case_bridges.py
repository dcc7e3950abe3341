from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status

from levee.api.bodies import In
from levee.api.house import actor_of
from levee.cases import selectors, services, types
from levee.cases.bridges.port import Kind
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["cases"])


class ChannelOut(Schema):
    """Access to private channels of projects, without its token."""

    public_id: str
    kind: str
    name: str
    base: str
    since: datetime


class ChannelIn(In):
    """A token to hand reports in with; `base` is the beginning of the API's addresses, empty for the public one."""

    kind: Literal["github", "gitlab"]
    name: str
    token: str
    base: str = ""


class ChannelTokenIn(In):
    """Another token."""

    token: str


class ChannelMadeOut(Schema):
    """What was made, as `CHN-…`."""

    public_id: str


class BridgeOut(Schema):
    """A case's report at a project's private channel: `problem` says why it cannot be used, `claims` what it claims."""

    public_id: str
    kind: str
    project: str
    name: str
    state: str
    remote: str
    url: str
    remote_state: str
    remote_at: datetime | None
    claims: str
    problem: str | None
    says: str
    advice: str
    detail: str
    looked_at: datetime | None
    look_at: datetime | None


class BridgeIn(In):
    """A project to let in and to hand the report in at: `owner/name` at GitHub, `group/project` at GitLab."""

    channel: str
    project: str
    name: str
    because: str


class BridgeMadeOut(Schema):
    """What was made, as `BRI-…`."""

    public_id: str


@router.get("/cases/channels", response=list[ChannelOut], summary="Your access to private channels of projects")
def channels(request: HttpRequest) -> Sequence[types.Channel]:
    """Without tokens; for coordinators of the clearinghouse."""
    return selectors.channels(actor_of(request))


@router.post("/cases/channels", response={201: ChannelMadeOut}, summary="Keep a token to hand reports in with")
def add_channel(request: HttpRequest, body: ChannelIn) -> Status[dict[str, str]]:
    """It is kept encrypted, and shown to nobody again."""
    kind = Kind(body.kind)
    key = services.add_channel(actor_of(request), kind=kind, name=body.name, token=body.token, base=body.base)
    return Status(201, {"public_id": public_id("CHN", key)})


@router.post("/cases/channels/{channel}/token", response={204: None}, summary="Give a channel another token")
def renew_token(request: HttpRequest, channel: str, body: ChannelTokenIn) -> Status[None]:
    """The one before is destroyed."""
    services.renew_token(actor_of(request), parse_public_id("CHN", channel), token=body.token)
    return Status(204, None)


@router.delete("/cases/channels/{channel}", response={204: None}, summary="Use a channel no more")
def end_channel(request: HttpRequest, channel: str) -> Status[None]:
    """Its token is destroyed; what was handed in stays there."""
    services.end_channel(actor_of(request), parse_public_id("CHN", channel))
    return Status(204, None)


@router.get("/cases/{case}/bridges", response=list[BridgeOut], summary="Where a case's report was handed in")
def bridges(request: HttpRequest, case: str) -> Sequence[types.Bridge]:
    """At private channels of projects; for the people of the case's owner, and none for anybody else."""
    return selectors.bridges(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/bridges", response={201: BridgeMadeOut}, summary="Hand a report in at a private channel")
def bridge(request: HttpRequest, case: str, body: BridgeIn) -> Status[dict[str, str]]:
    """The project is let in as vendor, by your recorded decision; at its turn, what it may see is sent there."""
    key = services.bridge(
        actor_of(request),
        parse_public_id("CAS", case),
        channel=parse_public_id("CHN", body.channel),
        project=body.project,
        name=body.name,
        because=body.because,
    )
    return Status(201, {"public_id": public_id("BRI", key)})


@router.post("/cases/{case}/bridges/{bridge}/again", response={204: None}, summary="Look at a private channel now")
def look_again(request: HttpRequest, case: str, bridge: str) -> Status[None]:
    """After a problem too: a report of which it is not known whether it arrived is sent again."""
    services.look_at_bridge(actor_of(request), parse_public_id("CAS", case), parse_public_id("BRI", bridge))
    return Status(204, None)
