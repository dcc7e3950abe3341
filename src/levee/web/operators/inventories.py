"""Inventories: import with a preview, what an import changed, what is known of each asset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors as exposure
from levee.inventory import selectors, services
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id, public_id
from levee.platform.database.acting import acting
from levee.platform.ports import ports
from levee.web.operators.importing import ImportForm, told_by, told_form
from levee.web.operators.progress import watched
from levee.web.paging import page_of
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


CORRECTABLE = {400, 409, 413}
ASSETS = 100


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The inventories, and the form to import one."""
    found = selectors.inventories(actor_in(request))
    form = ImportForm(initial={"name": found[0].name if len(found) == 1 else ""})
    return _listed(request, form, inventories=found)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What an import would understand and change, and the fields to correct it; a part of the page for HTMX."""
    form = ImportForm(request.POST, request.FILES)
    actor = actor_in(request)
    problem, seen = None, None
    if form.is_valid():
        try:
            upload = form.cleaned_data["file"]
            told = told_by(request.POST)
            name = form.cleaned_data["name"]
            with watched(actor, form.cleaned_data["watch"]) as tell:
                seen = services.preview(
                    actor, upload.read(), filename=upload.name, name=name, corrections=told, tell=tell
                )
        except LeveeError as error:
            problem = _correctable(error)
    told_again = told_form(seen, problem, request.POST.dict())
    context = {"preview": seen, "problem": problem, "told": told_again}
    if request.headers.get("HX-Request"):
        return render(request, "levee/operators/preview_part.html", {**context, "form": form})
    return _listed(request, form, inventories=selectors.inventories(actor), **context)


@require_POST
def import_file(request: HttpRequest) -> HttpResponse:
    """Make the file the present state of the inventory, and show what changed."""
    form = ImportForm(request.POST, request.FILES)
    actor = actor_in(request)
    problem = None
    if form.is_valid():
        try:
            upload = form.cleaned_data["file"]
            told = told_by(request.POST)
            name = form.cleaned_data["name"]
            with watched(actor, form.cleaned_data["watch"]) as tell:
                done = services.import_file(
                    actor, upload.read(), filename=upload.name, name=name, corrections=told, tell=tell
                )
            return redirect("operators:imported", done=done.public_id)
        except LeveeError as error:
            problem = _correctable(error)
    told_again = told_form(None, problem, request.POST.dict())
    return _listed(request, form, inventories=selectors.inventories(actor), problem=problem, told=told_again)


def _correctable(error: LeveeError) -> LeveeError:
    if error.status not in CORRECTABLE:
        raise error
    return error


def _listed(request: HttpRequest, form: ImportForm, **context: object) -> HttpResponse:
    bad = form.is_bound and (not form.is_valid() or context.get("problem"))
    return render(
        request,
        "levee/operators/inventories.html",
        {"title": "Inventory", "form": form, "watch": ports().ids.new(), **context},
        status=400 if bad else 200,
    )


@require_GET
def one_import(request: HttpRequest, done: str) -> HttpResponse:
    """What an import changed, and what of it was not understood."""
    found = selectors.import_(actor_in(request), parse_public_id("IMP", done))
    return render(
        request,
        "levee/operators/imported.html",
        {
            "title": f"Import of {found.filename}",
            "crumbs": [
                ("Inventory", "/inventory/"),
                (found.name, f"/inventory/{_key(found.inventory)}/"),
                ("Import", ""),
            ],
            "done": found,
            "diff": found.diff,
            "inventory_id": _key(found.inventory),
            "offered": exposure.vex_offered(actor_in(request), found.id),
        },
    )


@require_GET
def one(request: HttpRequest, inventory: str) -> HttpResponse:
    """An inventory: its assets with what is known of them, and its imports."""
    actor, key = actor_in(request), parse_public_id("INV", inventory)
    with acting(actor):
        found = selectors.inventory(actor, key)
        assets = selectors.assets(actor, key)
        imports = selectors.imports(actor, key)
        unmatchable = selectors.reasons(actor, key)
    page = page_of(request, total=len(assets), size=ASSETS)
    return render(
        request,
        "levee/operators/inventory.html",
        {
            "title": found.name,
            "crumbs": [("Inventory", "/inventory/"), (found.name, "")],
            "inventory": found,
            "assets": assets[page.offset : page.offset + page.size],
            "page": page,
            "imports": imports,
            "reasons": unmatchable,
        },
    )


def _key(inventory: UUID) -> str:
    return public_id("INV", inventory)
