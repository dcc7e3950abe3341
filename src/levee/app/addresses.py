"""The addresses of both sites where people sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import include, path

from levee.api import served_at
from levee.web.people.signing_in import forgotten
from levee.web.urls import of_site as pages

if TYPE_CHECKING:
    from django.urls import URLPattern, URLResolver

    from levee.kernel.sides import Side


def of_site(here: Side) -> list[URLPattern | URLResolver]:
    """All addresses, as a side's site serves them."""
    return [
        path("accounts/password/reset/", forgotten),  # in place of allauth's: Django sends no mail here
        path("accounts/", include("allauth.urls")),
        path("api/v1/", served_at(here)),
        *pages(here),
    ]
