"""The API on two sites: one document describes all of it, and each operation is served on the site of its side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt

from levee.api.problems import problem
from levee.kernel.errors import ServedElsewhere
from levee.kernel.sides import Side
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

    from django.http import HttpRequest, HttpResponse
    from django.urls import URLResolver

    Addresses = tuple[list[URLPattern | URLResolver], str, str]

OF_THE_HOUSE = {"organisations"}
"""Paths of what both sites serve that are the clearinghouse's alone."""


def served_at(here: Side, everything: Addresses, routed: Mapping[Side | None, Iterable[ModuleType]]) -> Addresses:
    """The addresses of the API as one site serves them.

    Args:
        here: the side whose site it is.
        everything: all addresses, with their names.
        routed: modules with a router each, by the side whose site serves them; None for both.
    """
    whose = dict.fromkeys(OF_THE_HOUSE, Side.CLEARINGHOUSE) | {
        _plain(path): side
        for side, modules in routed.items()
        if side is not None
        for module in modules
        for path in module.router.path_operations
    }
    patterns, app, namespace = everything

    def as_served(each: URLPattern | URLResolver) -> URLPattern | URLResolver:
        side = whose.get(_plain(str(each.pattern)), here)
        if side is here or not isinstance(each, URLPattern):
            return each
        return URLPattern(each.pattern, elsewhere(side), each.default_args, each.name)

    return [as_served(each) for each in patterns], app, namespace


def _plain(path: str) -> str:
    return path.strip("/").replace("<", "{").replace(">", "}")


def elsewhere(side: Side) -> Callable[..., HttpResponse]:
    """The answer to what the other side's site serves."""

    @csrf_exempt
    def answer(request: HttpRequest, **_: object) -> HttpResponse:
        address = settings().site_of(side) + request.get_full_path()
        return problem(ServedElsewhere("this is served elsewhere", place=address, advice=f"ask {address}"))

    return answer
