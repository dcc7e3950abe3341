"""The brief: one page to print, to mail and to hang on the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from levee.exposure import selectors
from levee.exposure.brief.paper import as_pdf
from levee.exposure.brief.text import as_text
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """What to do, on one page."""
    brief = selectors.brief(actor_in(request))
    return render(
        request,
        "levee/operators/brief.html",
        {"title": "Brief", "crumbs": [("To do", "/actions/"), ("Brief", "")], "brief": brief},
    )


@require_GET
def pdf(request: HttpRequest) -> HttpResponse:
    """The same on one sheet of paper."""
    data = as_pdf(selectors.brief(actor_in(request)))
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="brief.pdf"'}
    )


@require_GET
def text(request: HttpRequest) -> HttpResponse:
    """The same as plain text."""
    return HttpResponse(as_text(selectors.brief(actor_in(request))), content_type="text/plain; charset=utf-8")
