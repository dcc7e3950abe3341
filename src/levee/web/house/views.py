"""How the clearinghouse itself works, for its own people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from levee.house import selectors, services
from levee.house.types import named
from levee.policy.actors import PrincipalKind, Role
from levee.web.house.forms import Choose
from levee.web.signed_in import actor_in
from levee.web.stating import page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse


@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """What the house has chosen."""
    actor = actor_in(request)
    context = {
        "title": "How this house works",
        "settings": selectors.settings(actor),
        "chooses": Role.ADMIN in actor.roles and actor.kind is PrincipalKind.PERSON,
    }
    return render(request, "levee/house/one.html", context)


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, setting: str) -> HttpResponse:
    """Choose how the house works."""

    def doing(data: Mapping[str, Any]) -> str:
        services.choose(actor, choice.name, value=data["value"], because=data["because"])
        return "It holds from now on."

    actor = actor_in(request)
    name = named(setting)
    choice = {each.name: each for each in selectors.settings(actor)}[name]
    return page(request, f"{choice.says}?", Choose(request.POST or None, choice=choice), doing, back="house:one")
