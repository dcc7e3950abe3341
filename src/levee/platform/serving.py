"""Which side's site answers a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from levee.kernel.sides import Side

if TYPE_CHECKING:
    from django.http import HttpRequest

OPERATORS_ADDRESSES = "levee.app.operators_urls"


def served(request: HttpRequest) -> Side:
    """The side whose site answers a request."""
    addresses = getattr(request, "urlconf", None) or settings.ROOT_URLCONF
    return Side.OPERATORS if addresses == OPERATORS_ADDRESSES else Side.CLEARINGHOUSE
