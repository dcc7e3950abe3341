"""What waits until its project takes another item, and what a coordinator decides about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from levee.cases import selectors, services
from levee.fixes.selectors import verified
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id
from levee.web.signed_in import actor_in
from levee.web.stating import page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Turn
    from levee.policy.actors import Actor


class Why(forms.Form):
    """A decision's reason."""

    because = forms.CharField(label="Why", max_length=500, help_text="Recorded.")


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The line of each project, in the order in which it goes."""
    turns = selectors.turns(actor_in(request), verified)
    return render(request, "levee/projects/turns.html", {"title": "What waits for its turn", "turns": turns})


@require_http_methods(["GET", "POST"])
def now(request: HttpRequest, turn: str) -> HttpResponse:
    """Let somebody in ahead of its turn."""
    return _decided(request, turn, "Let {} in now?", services.let_in_now, "It takes part.")


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, turn: str) -> HttpResponse:
    """Take an invitation out of the line."""
    return _decided(request, turn, "Take {} out of the line?", services.withdraw_turn, "Taken out of the line.")


def _decided(request: HttpRequest, turn: str, title: str, service: Callable[..., None], said: str) -> HttpResponse:
    def doing(data: Mapping[str, Any]) -> str:
        service(actor, found.id, because=data["because"])
        return said

    actor = actor_in(request)
    found = _turn(actor, parse_public_id("TRN", turn))
    return page(request, title.format(found.name), Why(request.POST or None), doing, back="projects:turns")


def _turn(actor: Actor, key: UUID) -> Turn:
    for each in selectors.turns(actor, verified):
        if each.id == key:
            return each
    raise NotFound("nothing waits under this name")
