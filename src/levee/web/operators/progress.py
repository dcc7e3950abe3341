"""How far the imports of this moment are, for the pages that wait for them; the process that serves both keeps it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from django.shortcuts import render
from django.views.decorators.http import require_GET

from levee.kernel.progress import nobody
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from levee.kernel.progress import Tell
    from levee.policy.actors import Actor

PATIENCE = 10  # times that a page asks about a file that is still on its way


class Stand(NamedTuple):
    """What is being done, how much of it is done, and of how much; nothing is known of that before reading begins."""

    what: str
    done: int = 0
    of: int | None = None


_stands: dict[tuple[UUID, UUID], Stand] = {}
"""By the person and the key that the person's page made up."""


@contextmanager
def watched(actor: Actor, key: UUID | None) -> Iterator[Tell]:
    """Let the page that waits know how far it is, until it is done.

    Args:
        actor: whose page.
        key: that the page asks with; None where no page does.
    """
    if key is None:
        yield nobody
        return
    watch = (actor.id, key)
    _stands[watch] = Stand("reading the file")

    def tell(what: str, done: int, of: int | None) -> None:
        _stands[watch] = Stand(what, done, of)

    try:
        yield tell
    finally:
        del _stands[watch]


@require_GET
def shown(request: HttpRequest, watch: UUID, asked: int) -> HttpResponse:
    """A part of the page that asks for itself again each second, until there is nothing to wait for."""
    stand = _stands.get((actor_in(request).id, watch))
    asked = 0 if stand else asked + 1
    context = {"stand": stand, "watch": watch, "asked": asked, "waiting": asked < PATIENCE}
    return render(request, "levee/operators/progress_part.html", context)
