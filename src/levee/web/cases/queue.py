"""What waits for the reader in its cases: a coordinator's queue, a vendor's or a finder's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from levee.advisories import selectors as advisories
from levee.cases import selectors
from levee.cases.types import Waits
from levee.web.paging import page_of
from levee.web.signed_in import actor_in
from levee.web.tables import Cell, Column, Table
from levee.web.validation.part import coordinates

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Task

PER_PAGE = 50
PLACES = {
    Waits.ANSWER: ("cases:answer", ""),
    Waits.PUBLICATION: ("cases:publish", ""),
    Waits.OVER: ("cases:one", ""),
    Waits.DOUBT: ("cases:one", "#claims"),
    Waits.AGREEMENT: ("cases:publication", ""),
    Waits.REVIEW: ("cases:review-publication", ""),
    Waits.CLAIM: ("cases:one", "#claims"),
    Waits.PROPOSAL: ("cases:one", "#proposals"),
    Waits.CONSENT: ("cases:one", "#proposals"),
    Waits.TRANSFER: ("cases:answer-transfer", ""),
    Waits.OFFER: ("cases:offers", "#{}"),
    Waits.END: ("cases:one", "#clocks"),
    Waits.SILENT: ("cases:one", "#parties"),
}
"""Where each is done."""
LABELS = {
    Waits.DOUBT: "doubted",
    Waits.CLAIM: "is it out?",
    Waits.AGREEMENT: "second person",
    Waits.REVIEW: "second person",
    Waits.PROPOSAL: "another end",
    Waits.CONSENT: "another end",
    Waits.TRANSFER: "offered",
    Waits.OFFER: "offered",
    Waits.ANSWER: "your answer",
    Waits.END: "ends soon",
    Waits.SILENT: "silence",
    Waits.PUBLICATION: "over",
    Waits.OVER: "over",
}


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything that waits, the most urgent first, each with the place where it is done."""
    actor = actor_in(request)
    beside = advisories.waiting(actor)
    page = page_of(request, total=selectors.count_waiting(actor, beside=beside), size=PER_PAGE)
    found = selectors.waiting(actor, beside=beside, limit=PER_PAGE, offset=page.offset)
    table = Table(
        caption="What waits for you, the most urgent first",
        columns=(Column(label="What"), Column(label="Case"), Column(label="Since or until", whole=True)),
        rows=tuple(_row(each) for each in found),
        empty="Nothing waits for you",
        empty_text="Claims, proposals, answers and ends of embargoes appear here when they need you.",
    )
    return render(
        request,
        "levee/cases/waiting.html",
        {"title": "What waits for you", "table": table, "page": page, "duty": coordinates(actor)},
    )


def _row(task: Task) -> tuple[Cell | str, ...]:
    name, part = PLACES[task.what]
    says = f"{task.who} {task.says}".strip()
    of_case = [task.public_id] if task.what.in_case else []
    return (
        Cell(
            text=says[:1].upper() + says[1:],
            url=reverse(name, args=of_case) + part.format(task.public_id),
        ),
        Cell(text=task.title, url=reverse("cases:one", args=of_case) if of_case else ""),
        Cell(text=f"{task.at:%Y-%m-%d %H:%M} UTC", detail=LABELS[task.what]),
    )
