from __future__ import annotations

import base64
import binascii
from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import StrictInt

from levee.api.bodies import BYTES, JSON, In, YesNo, takes, upload
from levee.api.house import actor_of
from levee.feeds import selectors, services, types
from levee.kernel.errors import BadInput

router = Router(tags=["feeds"])
FILES = (JSON, BYTES, "text/csv", "application/gzip", "application/zip", "application/x-tar")


class FeedOut(Schema):
    """A source, of when its data are, and what is odd about them."""

    name: str
    title: str
    kind: types.Kind
    urls: list[str]
    hours: int
    held: int
    data_at: datetime | None
    edition: str
    version: str
    fetched_at: datetime | None
    checked_at: datetime | None
    came_by: str
    place: str
    hours_old: int | None
    days_old: int | None
    age: str
    stopped_at: datetime | None
    stale: bool
    note: str
    alarm: str
    failure: str


class RefusalOut(Schema):
    """Something that could not be taken."""

    place: str
    reason: str


class LoadOut(Schema):
    """One attempt to take a feed."""

    asked_at: datetime
    ended_at: datetime | None
    state: types.LoadState
    came_by: str
    place: str
    size: int
    read: int
    changed: int
    gone: int
    refused: int
    refusals: list[RefusalOut]
    version: str
    why: str


class FeedDetailOut(Schema):
    """A feed and its latest loads."""

    feed: FeedOut
    loads: list[LoadOut]


class FeedIn(In):
    """A source to follow: one that is known by name, or a new name with address and kind."""

    name: str
    urls: list[str] = Field(default_factory=list)
    kind: types.Kind | None = None
    title: str = ""
    hours: StrictInt = 0
    root: str = ""


class PullIn(In):
    """Whether to take what shrank or is older: somebody looked at it."""

    accept: YesNo = False


@router.get("/feeds", response=list[FeedOut], summary="Feeds and their age")
def listed(request: HttpRequest) -> list[types.Feed]:
    """With what was kept out and why."""
    return list(selectors.feeds(actor_of(request)))


@router.post("/feeds", response=FeedOut, summary="Follow a source")
def add(request: HttpRequest, body: FeedIn) -> types.Feed:
    """Its first pull is put into the queue at once. `root` is another house's root metadata in base64."""
    try:
        root = base64.b64decode(body.root, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput("this is no base64", place="/root") from error
    return services.add(
        actor_of(request),
        body.name,
        urls=body.urls,
        kind=body.kind,
        title=body.title,
        hours=body.hours,
        root=root,
    )


@router.get("/feeds/{name}", response=FeedDetailOut, summary="One feed")
def one(request: HttpRequest, name: str) -> types.Detail:
    """With its latest loads and what they refused."""
    return selectors.feed(actor_of(request), name)


@router.post("/feeds/{name}/pull", response=LoadOut, summary="Pull a feed now")
def pull(request: HttpRequest, name: str, body: PullIn) -> types.Load:
    """By a job; how it ended stands on the feed."""
    return services.ask_pull(actor_of(request), name, accept=body.accept)


@router.post("/feeds/{name}/stop", response={204: None}, summary="Look at a feed's source no more")
def stop(request: HttpRequest, name: str) -> tuple[int, None]:
    """By a job; what is held stays, and its age grows."""
    services.stop(actor_of(request), name)
    return 204, None


@router.post("/feeds/{name}/start", response={204: None}, summary="Look at a stopped feed's source again")
def start(request: HttpRequest, name: str) -> tuple[int, None]:
    """By a job, at once and then at its hours."""
    services.start(actor_of(request), name)
    return 204, None


@router.delete("/feeds/{name}", response={204: None}, summary="Follow a feed no more and take back all that it said")
def remove(request: HttpRequest, name: str) -> tuple[int, None]:
    """By a job: matches end because the source was removed, and whoever was told is told to stand down."""
    services.remove(actor_of(request), name)
    return 204, None


@router.post("/feeds/{name}/load", response=LoadOut, summary="Load a feed from a file", openapi_extra=takes(*FILES))
def load(request: HttpRequest, name: str, filename: str = "file", accept: bool = False) -> types.Load:  # noqa: FBT001, FBT002 - a parameter of the address
    """The body is the file, by a job; larger ones than 64 MiB are loaded on the host."""
    return services.ask_load(actor_of(request), name, upload(request, *FILES), filename=filename, accept=accept)
