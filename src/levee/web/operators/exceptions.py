"""Exceptions: actions set aside until a day, with what protects in the meantime."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors, services
from levee.kernel.errors import BadInput
from levee.kernel.ids import parse_public_id
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Those that run, those that end first at the top; the ended ones one click away."""
    everything = "all" in request.GET
    found = selectors.exceptions(actor_in(request), running=not everything)
    return render(
        request,
        "levee/operators/exceptions.html",
        {
            "title": "Set aside",
            "crumbs": [("To do", "/actions/"), ("Set aside", "")],
            "exceptions": found,
            "everything": everything,
        },
    )


@require_POST
def ask(request: HttpRequest, action: str) -> HttpResponse:
    """Ask for one."""
    given = request.POST
    services.request_exception(
        actor_in(request),
        parse_public_id("ACT", action),
        reason=given.get("reason", ""),
        mitigation=given.get("mitigation", ""),
        responsible=given.get("responsible", ""),
        until=_end_of(given.get("until", "")),
    )
    messages.success(request, "Asked for. A second person approves it, where there is one.")
    return redirect("operators:action", action=action)


@require_POST
def approve(request: HttpRequest, exception: str) -> HttpResponse:
    """Set the action aside."""
    services.approve_exception(actor_in(request), parse_public_id("EXC", exception), note=request.POST.get("note", ""))
    messages.success(request, "Approved. The action comes back by itself on its day.")
    return redirect("operators:exceptions")


@require_POST
def refuse(request: HttpRequest, exception: str) -> HttpResponse:
    """Leave it open."""
    services.refuse_exception(actor_in(request), parse_public_id("EXC", exception), note=request.POST.get("note", ""))
    messages.success(request, "Refused. The action stays open.")
    return redirect("operators:exceptions")


@require_POST
def withdraw(request: HttpRequest, exception: str) -> HttpResponse:
    """Open it again."""
    services.withdraw_exception(actor_in(request), parse_public_id("EXC", exception), note=request.POST.get("note", ""))
    messages.success(request, "Taken back. The action is open.")
    return redirect("operators:exceptions")


def _end_of(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time(23, 59), UTC)
    except ValueError as error:
        raise BadInput("this is no day", place="until", advice="such as 2026-12-24") from error
