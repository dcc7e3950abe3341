"""Exceptions: actions set aside until a day, with what protects in the meantime."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors, services
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.web.operators import actions
from levee.web.operators.asking import AskForm
from levee.web.refusals import beside, say
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Those that run, those that end first at the top; the ended ones one click away."""
    return _listed(request)


def _listed(request: HttpRequest, refused: str = "", problem: str = "") -> HttpResponse:
    """The list; one of them with the problem that its decision met, and the words that were typed."""
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
            "refused": refused,
            "problem": problem,
            "note": request.POST.get("note", ""),
        },
        status=400 if problem else 200,
    )


@require_POST
def ask(request: HttpRequest, action: str) -> HttpResponse:
    """Ask for one."""
    form = AskForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.request_exception(
                actor_in(request),
                parse_public_id("ACT", action),
                reason=given["reason"],
                mitigation=given["mitigation"],
                responsible=given["responsible"],
                until=datetime.combine(given["until"], time(23, 59), UTC),
            )
        except LeveeError as error:
            beside(form, error)
        else:
            messages.success(request, "Asked for. A second person approves it, where there is one.")
            return redirect("operators:action", action=action)
    return actions.page(request, action, aside=form)


@require_POST
def approve(request: HttpRequest, exception: str) -> HttpResponse:
    """Set the action aside."""
    return _decide(
        request, exception, services.approve_exception, "Approved. The action comes back by itself on its day."
    )


@require_POST
def refuse(request: HttpRequest, exception: str) -> HttpResponse:
    """Leave it open."""
    return _decide(request, exception, services.refuse_exception, "Refused. The action stays open.")


@require_POST
def withdraw(request: HttpRequest, exception: str) -> HttpResponse:
    """Open it again."""
    return _decide(request, exception, services.withdraw_exception, "Taken back. The action is open.")


def _decide(request: HttpRequest, exception: str, verb: Callable[..., None], done: str) -> HttpResponse:
    try:
        verb(actor_in(request), parse_public_id("EXC", exception), note=request.POST.get("note", ""))
    except LeveeError as error:
        return _listed(request, exception, say(error))
    messages.success(request, done)
    return redirect("operators:exceptions")
