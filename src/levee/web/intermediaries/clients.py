"""One view over all operators that an intermediary serves, and the way into the board of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors
from levee.identity.selectors import standing_in
from levee.kernel.ids import parse_public_id, public_id
from levee.web.operators.tables import shown
from levee.web.signed_in import STANDS_IN_KEY, actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Every operator whose consent stands, the most overdue first."""
    actor = actor_in(request)
    boards: list[dict[str, Any]] = [
        {
            "board": board,
            "key": public_id("ORG", board.operator),
            "first": shown(board.pressing) if board.pressing else None,
            "open": sum(each.count for each in board.due),
        }
        for board in selectors.client_boards(actor)
    ]
    late = sum(bool(each["board"].overdue) for each in boards)
    lead = f"{len(boards)} operator{'' if len(boards) == 1 else 's'}, {late} with something overdue" if boards else ""
    key = public_id("ORG", actor.party)
    return render(
        request, "levee/intermediaries/clients.html", {"title": "Clients", "lead": lead, "boards": boards, "key": key}
    )


@require_POST
def enter(request: HttpRequest, operator: str) -> HttpResponse:
    """Open one operator's board: from here on its pages are shown, until one leaves or it withdraws."""
    key = parse_public_id("ORG", operator)
    standing_in(actor_in(request), key)
    request.session[STANDS_IN_KEY] = str(key)
    return redirect("operators:actions")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Back to one's own."""
    actor_in(request)
    request.session.pop(STANDS_IN_KEY, None)
    return redirect("intermediaries:clients")
