"""What changed in the reader's cases, from the first change on or after one that it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from levee.cases import selectors
from levee.policy.decide import SIGHT
from levee.web.signed_in import actor_in
from levee.web.tables import Cell, Column, Table

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PER_PAGE = 50


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """A page of them, with the way to the next."""
    actor, since = actor_in(request), request.GET.get("since", "")
    found = selectors.changes(actor, since=since, limit=PER_PAGE + 1)
    titles = selectors.titles(actor, {each.case for each in found})
    shown = found[:PER_PAGE]
    table = Table(
        caption="What changed, in the order in which it happened",
        columns=(Column(label="What"), Column(label="Case")),
        rows=tuple(
            (
                each.says[:1].upper() + each.says[1:],
                Cell(text=titles.get(each.case, ""), url=reverse("cases:one", args=[each.public_id])),
            )
            for each in shown
        ),
        empty="Nothing changed since" if since else "Nothing changed yet",
        empty_text="Changes in the cases that you take part in appear here.",
    )
    context = {
        "title": "What changed in your cases",
        "table": table,
        "since": since,
        "cursor": shown[-1].cursor if shown else since,
        "more": len(found) > PER_PAGE,
        "sees": bool(actor.roles & SIGHT),
    }
    return render(request, "levee/cases/changes.html", context)
