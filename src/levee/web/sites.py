"""Two sites of one house: the members' and the operators'. Each serves its own pages and leads to the other's.

What one site does not serve, its process cannot even run: the address is known here, and answers where it is served.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import URLPattern, include, path

from levee.kernel.errors import ServedElsewhere
from levee.kernel.sides import Side
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from types import ModuleType

    from django.http import HttpRequest, HttpResponse
    from django.urls import URLResolver


READING = {"GET", "HEAD"}


def elsewhere(side: Side) -> Callable[..., HttpResponse]:
    """A view in the place of those that the other side's site serves."""

    def lead(request: HttpRequest, **_: object) -> HttpResponse:
        address = settings().site_of(side) + request.get_full_path()
        if request.method in READING:
            return redirect(address)
        raise ServedElsewhere("this page is served elsewhere", place=address, advice=f"open {address}")

    return lead


def pages(
    here: Side, addresses: ModuleType, *, of: Side | None = None, but: Collection[str] = (), prefix: str = ""
) -> URLResolver:
    """The addresses of a module, as one site serves them.

    Args:
        here: the side whose site it is.
        addresses: a module with `urlpatterns`, and an `app_name` where they have a namespace.
        of: the side that they belong to; None for both.
        but: names of pages that are the clearinghouse's alone.
        prefix: before all of them.
    """

    def as_served(each: URLPattern) -> URLPattern:
        whose = Side.CLEARINGHOUSE if each.name in but else of
        if whose is None or whose is here:
            return each
        return URLPattern(each.pattern, elsewhere(whose), each.default_args, each.name)

    patterns: Sequence[URLPattern] = addresses.urlpatterns
    listed = [as_served(each) for each in patterns]
    name = getattr(addresses, "app_name", None)
    return path(prefix, include((listed, name) if name else listed))
