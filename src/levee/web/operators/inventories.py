"""Inventories: import with a preview, what an import changed, what is known of each asset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors as exposure
from levee.inventory import selectors, services
from levee.inventory.types import Long, Seen
from levee.kernel.errors import LeveeError, NotFound
from levee.kernel.ids import parse_public_id, public_id
from levee.platform.database.acting import acting
from levee.platform.ports import ports
from levee.web.operators.importing import ImportForm, told_by, told_form
from levee.web.operators.intakes import leading_to
from levee.web.operators.progress import watched
from levee.web.paging import page_of
from levee.web.signed_in import actor_in
from levee.web.tables import Column, Table

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from levee.inventory.types import Import


CORRECTABLE = {400, 409, 413}
ASSETS = 100
LINES = 100
LISTS = {
    Long.ADDED: "Added",
    Long.REMOVED: "Removed",
    Long.CHANGED: "Changed",
    Long.NEW_ASSETS: "New assets",
    Long.GONE_ASSETS: "Assets that are gone",
    Long.RESTATED: "What is said of assets",
    Long.NOT_UNDERSTOOD: "Rows that were not understood",
}
HEADINGS = {
    Long.ADDED: ("Asset", "Component", "Version"),
    Long.REMOVED: ("Asset", "Component", "Version"),
    Long.CHANGED: ("Asset", "Component", "Before", "After"),
    Long.NEW_ASSETS: ("Asset",),
    Long.GONE_ASSETS: ("Asset",),
    Long.RESTATED: ("Asset", "Fact", "Before", "After"),
    Long.NOT_UNDERSTOOD: ("Row", "As stated", "Why"),
}


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
            data = upload.read()
            if services.is_large(data):
                return leading_to(
                    request, services.send(actor, data, filename=upload.name, name=name, corrections=told, look=True)
                )
            with watched(actor, form.cleaned_data["watch"]) as tell:
                seen = Seen.of(
                    services.preview(actor, data, filename=upload.name, name=name, corrections=told, tell=tell)
                )
        except LeveeError as error:
            problem = _correctable(error)
    told_again = told_form(seen, problem, request.POST.dict())
    context = {"seen": seen, "name": form.cleaned_data.get("name"), "problem": problem, "told": told_again}
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
            data = upload.read()
            if services.is_large(data):
                return leading_to(
                    request, services.send(actor, data, filename=upload.name, name=name, corrections=told)
                )
            with watched(actor, form.cleaned_data["watch"]) as tell:
                done = services.import_file(actor, data, filename=upload.name, name=name, corrections=told, tell=tell)
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
        {
            "title": "Inventory",
            "form": form,
            "watch": ports().ids.new(),
            "intakes": selectors.intakes(actor_in(request)),
            **context,
        },
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
            "whole": _whole(found),
            "inventory_id": _key(found.inventory),
            "offered": exposure.vex_offered(actor_in(request), found.id),
        },
    )


@dataclass(frozen=True, slots=True)
class Whole:
    """A list of which an import's page shows the beginning alone."""

    which: Long
    title: str
    count: int


def _whole(done: Import) -> list[Whole]:
    counts = {**done.diff.counts, Long.NOT_UNDERSTOOD: done.unread}
    return [Whole(which, title, counts[which]) for which, title in LISTS.items() if counts[which] > LINES]


@require_GET
def changes(request: HttpRequest, done: str, which: str) -> HttpResponse:
    """One of an import's lists, page by page."""
    actor, key = actor_in(request), parse_public_id("IMP", done)
    if which not in LISTS:
        raise NotFound("there is no such list")
    found = selectors.import_(actor, key)
    total = {**found.diff.counts, Long.NOT_UNDERSTOOD: found.unread}[Long(which)]
    page = page_of(request, total=total, size=LINES)
    lines = selectors.changes(actor, key, Long(which), offset=page.offset, limit=page.size)
    return render(
        request,
        "levee/operators/changes.html",
        {
            "title": LISTS[Long(which)],
            "lead": f"Import of {found.filename}: {total:,} in all",
            "crumbs": [
                ("Inventory", "/inventory/"),
                (found.name, f"/inventory/{_key(found.inventory)}/"),
                ("Import", f"/inventory/imports/{found.public_id}/"),
                (LISTS[Long(which)], ""),
            ],
            "table": Table(
                caption=LISTS[Long(which)],
                columns=tuple(map(_column, HEADINGS[Long(which)])),
                rows=tuple((line,) if isinstance(line, str) else tuple(line.values()) for line in lines),
            ),
            "page": page,
        },
    )


def _column(heading: str) -> Column:
    return Column(label=heading)


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
