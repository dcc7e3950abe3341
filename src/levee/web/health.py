from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from django.http import HttpRequest


def health(_request: HttpRequest) -> HttpResponse:
    """Whether this process answers; says nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")
