from __future__ import annotations

from datetime import date
from enum import StrEnum

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from levee.api.house import actor_of
from levee.api.resting import Resting
from levee.exposure import selectors
from levee.exposure.brief.page import as_html
from levee.exposure.brief.paper import as_pdf
from levee.exposure.brief.text import as_text
from levee.settings import settings

router = Router(tags=["brief"])


class Form(StrEnum):
    """What the brief can be had as."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"


class ItemOut(Schema):
    """One action as the brief says it."""

    action: str
    title: str
    due: str
    sentences: list[str]


class BriefOut(Resting):
    """One page: what to do today, this week, through a vendor, and what can wait."""

    organisation: str
    day: date
    today: list[ItemOut]
    this_week: list[ItemOut]
    ask_vendor: list[ItemOut]
    can_wait: list[ItemOut]
    more: int
    claimed: int
    rests_on: list[str]


@router.get("/brief", response=BriefOut, summary="What to do, on one page")
def brief(request: HttpRequest) -> dict[str, object]:
    """At most ten actions in all, in plain words, with the age of what it rests on."""
    found = selectors.brief(actor_of(request))
    parts = zip(("today", "this_week", "ask_vendor", "can_wait"), found.parts.values(), strict=True)
    return {
        "organisation": found.organisation,
        "day": found.day,
        **dict(parts),
        "more": found.more,
        "claimed": found.claimed,
        "rests_on": found.rests_on,
    }


@router.get("/brief/document", summary="The brief as a document")
def document(request: HttpRequest, form: Form = Form.TEXT) -> HttpResponse:
    """Plain text of at most 80 columns, HTML, or one sheet as PDF."""
    found = selectors.brief(actor_of(request))
    if form is Form.PDF:
        return HttpResponse(as_pdf(found), content_type="application/pdf")
    if form is Form.HTML:
        return HttpResponse(as_html(found, site=settings().site), content_type="text/html; charset=utf-8")
    return HttpResponse(as_text(found), content_type="text/plain; charset=utf-8")
