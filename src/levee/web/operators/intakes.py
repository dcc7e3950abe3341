"""Large files on their way in: how far one is, what was seen of it, and what a person says then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from levee.inventory import selectors, services
from levee.inventory.reading import AS_GUESSED
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.web.operators.importing import said_of, told_by, told_form
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest

    from levee.inventory.types import Intake


def leading_to(request: HttpRequest, sent: Intake) -> HttpResponse:
    """The way to the page of a file that was handed in: for a form, and for a part of a page."""
    return _to(request, reverse("operators:intake", args=[sent.public_id]))


def _to(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


@require_GET
def one(request: HttpRequest, intake: str) -> HttpResponse:
    """How far it is; the page asks again each second, and leads to the import once there is one."""
    return _one(request, selectors.intake(actor_in(request), parse_public_id("ITK", intake)))


def _one(request: HttpRequest, found: Intake, problem: LeveeError | None = None) -> HttpResponse:
    if found.done:
        return _to(request, reverse("operators:imported", args=[found.import_id]))
    if request.headers.get("HX-Request"):
        if not found.moving:
            return leading_to(request, found)
        return render(request, "levee/operators/intake_part.html", {"intake": found})
    wrong = problem or found.fault
    return render(
        request,
        "levee/operators/intake.html",
        {
            "title": f"Import of {found.filename}",
            "crumbs": [("Inventory", "/inventory/"), ("Import", "")],
            "intake": found,
            "name": found.name,
            "seen": found.seen,
            "problem": wrong,
            "told": told_form(found.seen, wrong, said_of(found)),
        },
        status=400 if problem else 200,
    )


@require_POST
def again(request: HttpRequest, intake: str) -> HttpResponse:
    """Import it, or with `look` look at it once more; with what a person corrected."""
    actor, key = actor_in(request), parse_public_id("ITK", intake)
    try:
        told = told_by(request.POST)
    except LeveeError as error:
        return _one(request, selectors.intake(actor, key), error)
    said = told if told != AS_GUESSED else None
    return leading_to(request, services.again(actor, key, look="look" in request.POST, corrections=said))


@require_POST
def drop(request: HttpRequest, intake: str) -> HttpResponse:
    """Forget a file that failed or was only looked at."""
    services.drop(actor_in(request), parse_public_id("ITK", intake))
    return redirect("operators:inventories")
