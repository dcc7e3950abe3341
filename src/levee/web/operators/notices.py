"""What the clearinghouse tells an operator before a flaw is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from levee.cases.projects.sharing import Label, circles
from levee.notices.selectors import received
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Notices, newest first, each with whom it may be passed on to."""
    actor = actor_in(request)
    found = [
        (each, [circle.says for circle in circles(Label(each.label), actor.organisation_kind)])
        for each in received(actor)
    ]
    return render(request, "levee/operators/notices.html", {"title": "Notices", "notices": found})
