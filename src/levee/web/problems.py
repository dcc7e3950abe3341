"""Errors become pages with the right status; nothing of an error's inside leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.http import HttpResponseRedirect
from django.shortcuts import render

from levee.kernel.errors import LeveeError, NotSignedIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class Problems:
    """Turns a `LeveeError` that a page raised into a page that says what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:  # noqa: D102 - Django's protocol
        return self._next(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django with what a view raised."""
        if isinstance(error, NotSignedIn) and request.method == "GET":
            return HttpResponseRedirect(f"/accounts/login/?next={quote(request.path)}")
        if isinstance(error, LeveeError):
            return render(request, "levee/problem.html", {"problem": error, "title": "Problem"}, status=error.status)
        return None
