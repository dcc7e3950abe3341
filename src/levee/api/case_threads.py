from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from levee.api.bodies import In, takes, upload
from levee.api.cases import MadeOut
from levee.api.house import actor_of
from levee.cases import selectors, services, types
from levee.cases.rules.threads import Audience
from levee.identity.selectors import names
from levee.kernel.ids import parse_public_id, public_id
from levee.platform.downloads import saved_as

router = Router(tags=["cases"])
MOST = 200


class ThreadOut(Schema):
    """A thread that you are in: who reads what is written now, and who reads it only once it agrees to the embargo.

    `handles` are what the readers are mentioned by; `read` is the number of the last message that you have read.
    """

    public_id: str
    audience: str
    subject: str
    product: str
    at: datetime
    readers: list[str]
    handles: list[str]
    held_back: list[str]
    messages: int
    last_at: datetime | None
    read: int
    unread: int


class ThreadIn(In):
    """A thread to open: `product` names whose, `party` one participant (none by a finder or a vendor)."""

    audience: Audience
    subject: str
    product: str = ""
    participants: tuple[str, ...] = ()


class AttachmentOut(Schema):
    """A file beside a message; `size` is in bytes."""

    public_id: str
    name: str
    size: int


class MessageOut(Schema):
    """A message; `number` is its place in its thread, `by_mail` is `unverified` or `signed` where it came by mail."""

    thread_id: str
    audience: str
    number: int
    author: str
    text: str
    at: datetime
    by_mail: str
    mentions: list[str]
    attachments: list[AttachmentOut]


class MessageIn(In):
    """A message to those who are in the thread; `mentions` are handles of some of them."""

    text: str
    mentions: tuple[str, ...] = ()


class ReadIn(In):
    """The number of the last message that you have read; 0 for none."""

    number: int = Field(ge=0, strict=True)


class ReadOut(Schema):
    """What is kept of it."""

    number: int


@router.get("/cases/{case}/threads", response=list[ThreadOut], summary="The threads that you are in, oldest first")
def threads(request: HttpRequest, case: str) -> Sequence[types.Thread]:
    """That of all parties first; with who reads each."""
    return selectors.threads(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/threads", response=MadeOut, summary="Open a thread for some of the parties")
def open_thread(request: HttpRequest, case: str, body: ThreadIn) -> dict[str, str]:
    """The case's owner is in each; nobody comes in later."""
    key = services.open_thread(
        actor_of(request),
        parse_public_id("CAS", case),
        audience=body.audience,
        subject=body.subject,
        product=body.product,
        participants=[parse_public_id("PAR", each) for each in body.participants],
    )
    return {"public_id": public_id("THR", key)}


@router.get("/cases/{case}/threads/{thread}", response=ThreadOut, summary="One thread, and who reads it")
def thread(request: HttpRequest, case: str, thread: str) -> types.Thread:
    """Look here before you write."""
    return selectors.thread(actor_of(request), parse_public_id("CAS", case), parse_public_id("THR", thread))


@router.get(
    "/cases/{case}/threads/{thread}/messages",
    response=list[MessageOut],
    summary="The messages of a thread, oldest first",
)
def thread_messages(
    request: HttpRequest, case: str, thread: str, since: int = 0, limit: int = MOST
) -> Sequence[types.Message]:
    """At most 200 at a time; `since` is the `number` of the last one that you know."""
    actor, key = actor_of(request), parse_public_id("CAS", case)
    found = selectors.thread(actor, key, parse_public_id("THR", thread))
    return selectors.messages(actor, key, thread=found.id, since=max(0, since), limit=max(1, min(limit, MOST)))


@router.post("/cases/{case}/threads/{thread}/messages", response=MadeOut, summary="Send a message to a thread")
def send(request: HttpRequest, case: str, thread: str, body: MessageIn) -> dict[str, str]:
    """To those who are in it."""
    actor = actor_of(request)
    key = services.send(
        actor,
        parse_public_id("CAS", case),
        thread=parse_public_id("THR", thread),
        text=body.text,
        author=names(actor, [actor.party]).get(actor.party, ""),
        mentions=body.mentions,
    )
    return {"public_id": public_id("MSG", key)}


@router.post(
    "/cases/{case}/threads/{thread}/attachments",
    response=MadeOut,
    summary="Send a file to a thread",
    openapi_extra=takes(),
)
def attach(request: HttpRequest, case: str, thread: str, filename: str, text: str = "") -> dict[str, str]:
    """The body is the file, of at most 16 MiB; the answer names the message that brings it."""
    actor, data = actor_of(request), upload(request)
    key = services.send(
        actor,
        parse_public_id("CAS", case),
        thread=parse_public_id("THR", thread),
        text=text,
        author=names(actor, [actor.party]).get(actor.party, ""),
        file=types.File(name=filename, data=data),
    )
    return {"public_id": public_id("MSG", key)}


@router.get("/cases/{case}/attachments/{attachment}", summary="A file beside a message, to be saved")
def attachment(request: HttpRequest, case: str, attachment: str) -> HttpResponse:
    """Its bytes as they were sent."""
    key = parse_public_id("ATT", attachment)
    found = selectors.attachment(actor_of(request), parse_public_id("CAS", case), key)
    return HttpResponse(found.data, headers=saved_as(found.name))


@router.post(
    "/cases/{case}/threads/{thread}/read", response=ReadOut, summary="Say up to which message you have read a thread"
)
def mark_read(request: HttpRequest, case: str, thread: str, body: ReadIn) -> dict[str, int]:
    """Each person and each agent has its own place."""
    about = parse_public_id("THR", thread)
    kept = services.mark_read(actor_of(request), parse_public_id("CAS", case), about, number=body.number)
    return {"number": kept}


@router.get("/cases/{case}/messages", response=list[MessageOut], summary="The messages that you see, oldest first")
def messages(request: HttpRequest, case: str, limit: int = MOST, offset: int = 0) -> Sequence[types.Message]:
    """Those of every thread that you are in, at most 200 at a time."""
    return selectors.messages(
        actor_of(request), parse_public_id("CAS", case), offset=max(0, offset), limit=max(1, min(limit, MOST))
    )


@router.get("/cases/{case}/search", response=list[MessageOut], summary="The messages that hold words, newest first")
def search(request: HttpRequest, case: str, words: str, limit: int = 50) -> Sequence[types.Message]:
    """Of those that you see, those that hold each of the words, at most 200."""
    return selectors.search(actor_of(request), parse_public_id("CAS", case), words, limit=max(1, min(limit, MOST)))
