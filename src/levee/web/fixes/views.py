from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from levee.fixes import selectors
from levee.kernel.ids import parse_public_id, public_id
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest

SHOWN = 64 * 1024


@require_GET
def one(request: HttpRequest, fix: str) -> HttpResponse:
    """One fix: its level, why it is no higher, and the change itself."""
    actor = actor_in(request)
    found = selectors.get(actor, parse_public_id("FIX", fix))
    text = selectors.patch(actor, found.id).decode("utf-8", "replace")
    context = {
        "title": f"Upgrade to {found.upgrade}" if found.upgrade else "Patch",
        "lead": f"by {found.author}",
        "fix": found,
        "case": public_id("CAS", found.case),
        "lines": [("" if line.startswith(("+++", "---")) else line[:1], line) for line in text[:SHOWN].splitlines()],
        "cut": len(text) > SHOWN,
    }
    return render(request, "levee/fixes/one.html", context)


@require_GET
def patch(request: HttpRequest, fix: str) -> HttpResponse:
    """The diff as it was attached."""
    key = parse_public_id("FIX", fix)
    data = selectors.patch(actor_in(request), key)
    headers = {"Content-Disposition": f'attachment; filename="{public_id("FIX", key)}.patch"'}
    return HttpResponse(data, content_type="text/plain; charset=utf-8", headers=headers)
