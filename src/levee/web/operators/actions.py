"""The board and its list: an operator's home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors, services
from levee.exposure.actions.states import DUE, State
from levee.inventory import selectors as inventory
from levee.kernel.ids import parse_public_id
from levee.platform.database.acting import acting
from levee.platform.ports import ports
from levee.policy.actions import Action as Permission
from levee.web.operators import board, tables
from levee.web.operators.asking import AskForm
from levee.web.operators.clocks import picture
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from levee.exposure.types import Action
    from levee.web.operators.clocks import Picture

MOST = 500
HOLDS = {
    "claimed": "What somebody reported as done waits here for an inventory that confirms it.",
    "aside": "What was set aside until a day, with somebody's approval, waits here.",
    "confirmed": "What an inventory showed to be done stands here.",
    "gone": "What turned out not to be needed, or was replaced by another fix, stands here.",
}
TABS = (
    ("open", "To do", (State.OPEN,)),
    ("claimed", "Reported done", (State.CLAIMED,)),
    ("aside", "Set aside", (State.EXCEPTED,)),
    ("confirmed", "Confirmed", (State.CONFIRMED,)),
    ("gone", "Taken back", (State.RETRACTED, State.REPLACED)),
)


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What to do first, nine more at most, and the figures beside them; the rest is one click away."""
    actor = actor_in(request)
    tab, label, states = next((each for each in TABS if each[0] == request.GET.get("show")), TABS[0])
    limit = MOST if "all" in request.GET else selectors.AT_ONCE
    with acting(actor):
        found = selectors.actions(actor, states=states, limit=limit + 1)
        counts = selectors.counts(actor)
        questions = selectors.questions(actor) if tab == "open" else ()
        inventories = inventory.inventories(actor)
        cases = selectors.forensic_cases(actor)
        figures = selectors.board(actor) if tab == "open" and inventories else None
    shown = [tables.shown(each) for each in found[:limit]]
    first = shown.pop(0) if shown and tab == "open" else None
    return render(
        request,
        "levee/operators/actions.html",
        {
            "title": "To do",
            "first": first,
            "actions": shown,
            "more": len(found) > limit,
            "counts": counts,
            "questions": questions,
            "cases": cases,
            "no_inventory": not inventories,
            "board": board.drawn(figures, inventories) if figures else None,
            "tab": tab,
            "tab_label": label,
            "tab_holds": HOLDS.get(tab, ""),
            "tabs": [(name, label, sum(getattr(counts, state) for state in states)) for name, label, states in TABS],
        },
    )


@require_GET
def one(request: HttpRequest, action: str) -> HttpResponse:
    """One action with everything behind it."""
    return page(request, action)


def page(request: HttpRequest, action: str, *, aside: AskForm | None = None) -> HttpResponse:
    """The page of an action; with the form to set it aside as it was handed in and refused, if it was."""
    actor = actor_in(request)
    detail = selectors.action(actor, parse_public_id("ACT", action))
    return render(
        request,
        "levee/operators/action.html",
        {
            "title": detail.action.title,
            "crumbs": [("To do", "/actions/"), (detail.action.public_id[:12], "")],
            "shown": tables.shown(detail.action),
            "detail": detail,
            "clock": _clock(detail.action),
            "inputs": tables.inputs(detail.action.timeline),
            "matches": tables.matches(detail.matches),
            "aside": tables.put_aside(detail.matches),
            "is_open": detail.action.state is State.OPEN,
            "is_claimed": detail.action.state is State.CLAIMED,
            "form": aside or AskForm(),
            "may_report": actor.permits(Permission.ACTION_CLAIM),
            "may_ask": actor.permits(Permission.EXCEPTION_REQUEST),
        },
        status=400 if aside else 200,
    )


def _clock(action: Action) -> Picture | None:
    """The clock while it runs."""
    if action.state not in DUE:
        return None
    return picture(action.timeline.starts_at, action.due_at, ports().clock.now())


@require_POST
def claim(request: HttpRequest, action: str) -> HttpResponse:
    """Report it as done."""
    services.claim(actor_in(request), parse_public_id("ACT", action), note=request.POST.get("note", ""))
    messages.success(request, "Noted as done. It counts as confirmed when your next inventory shows it.")
    return redirect("operators:action", action=action)


@require_POST
def take_back(request: HttpRequest, action: str) -> HttpResponse:
    """Take the report back."""
    services.take_back(actor_in(request), parse_public_id("ACT", action), note=request.POST.get("note", ""))
    messages.success(request, "The action is open again.")
    return redirect("operators:action", action=action)
