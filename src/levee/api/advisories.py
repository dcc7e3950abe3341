from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from levee.advisories import selectors, services, types
from levee.api.bodies import In, YesNo
from levee.api.house import actor_of
from levee.cases.selectors import get as case_of
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id

router = Router(tags=["advisories"])


class DraftIn(In):
    """What to publish; everything else comes from the case."""

    title: str
    summary: str
    details: str = ""
    package: str
    introduced: str = "0"
    fixed: str = ""
    cve: str = ""
    cwe: str = ""
    credits: tuple[str, ...] = ()


class PublishIn(DraftIn):
    """The same, and why nobody else is asked; `urgent` says why it may not wait where the house is closed now."""

    because: str
    urgent: str = ""


class DecidePublicationIn(In):
    """What a second person says; `digest` is that of the text that it has read.

    `urgent` says why it may not wait, where the house publishes nothing now.
    """

    agree: YesNo
    digest: str
    because: str
    urgent: str = ""


class ReviewPublicationIn(In):
    """What a second person found of what one published alone."""

    stands: YesNo
    because: str


class DraftOut(Schema):
    """What a coordinator wrote."""

    title: str
    summary: str
    details: str
    package: str
    introduced: str
    fixed: str
    cve: str
    cwe: str
    credits: list[str]


class PublicationOut(Schema):
    """What one coordinator would publish; `digest` is the SHA-256 of `osv` followed by `csaf`.

    `agreed` is null while a second person has to decide; `alone` says on what ground one person published it.
    """

    name: str
    draft: DraftOut
    osv: str
    csaf: str
    digest: str
    by: str
    yours: bool
    asked_at: datetime
    alone: str | None
    agreed: bool | None
    settled: str
    settled_at: datetime | None
    settlement: str
    urgent: str
    stands: bool | None
    reviewed: str
    reviewed_at: datetime | None
    review: str


class AdvisoryOut(Schema):
    """The advisory of a case."""

    name: str
    title: str
    state: str
    decided_at: datetime
    published_at: datetime | None


@router.get("/cases/{case}/advisory", response=AdvisoryOut, summary="The advisory of a case")
def of_case(request: HttpRequest, case: str) -> types.Advisory:
    """Seen by the case's owner and its vendors; once it is published, by everyone on the public pages."""
    found = selectors.of_case(actor_of(request), parse_public_id("CAS", case))
    if found is None:
        raise NotFound("there is no advisory here")
    return found


@router.post("/cases/{case}/advisory", response=AdvisoryOut, summary="Publish as one person")
def publish(request: HttpRequest, case: str, body: PublishIn) -> types.Advisory:
    """Where the flaw is public already, or the house allows it; a second person looks at it afterwards.

    Validated now, signed and shown in a moment; an embargo that still runs ends with it.
    """
    actor, key = actor_of(request), parse_public_id("CAS", case)
    draft = types.Draft(**body.dict(exclude={"because", "urgent"}))
    services.publish(actor, key, draft, because=body.because, urgent=body.urgent)
    return of_case(request, case)


@router.get("/cases/{case}/publications", response=list[PublicationOut], summary="What was asked to be published")
def publications(request: HttpRequest, case: str) -> Sequence[types.Publication]:
    """Newest first, for the people of the case's owner; the first one may wait for you."""
    actor = actor_of(request)
    return selectors.publications(actor, case_of(actor, parse_public_id("CAS", case)).id)


@router.post("/cases/{case}/publications", response=PublicationOut, summary="Ask a second person to publish")
def ask(request: HttpRequest, case: str, body: DraftIn) -> types.Publication:
    """Validated now; a text that waits already is void from now on."""
    actor, key = actor_of(request), parse_public_id("CAS", case)
    services.ask(actor, key, types.Draft(**body.dict()))
    return selectors.publications(actor, key)[0]


@router.post(
    "/cases/{case}/publications/decision", response=PublicationOut, summary="Agree to a publication, or refuse it"
)
def settle(request: HttpRequest, case: str, body: DecidePublicationIn) -> types.Publication:
    """As a second person; agreed to, it is signed and shown in a moment. Who asked may only take it back."""
    actor, key = actor_of(request), parse_public_id("CAS", case)
    services.settle(actor, key, **body.dict())
    return selectors.publications(actor, key)[0]


@router.post("/cases/{case}/publications/review", response=PublicationOut, summary="Review what one person published")
def review(request: HttpRequest, case: str, body: ReviewPublicationIn) -> types.Publication:
    """As a second person, afterwards, whether it was right; it stays published."""
    actor, key = actor_of(request), parse_public_id("CAS", case)
    services.review(actor, key, **body.dict())
    return selectors.publications(actor, key)[0]
