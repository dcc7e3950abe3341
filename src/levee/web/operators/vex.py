"""Statements that flaws do no harm (VEX): what is put aside and why, whom that rests on, and the form to add one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors, services
from levee.formats.vex import Status
from levee.inventory import selectors as inventory
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id, public_id
from levee.platform.database.acting import acting
from levee.web.operators import tables
from levee.web.refusals import beside
from levee.web.signed_in import actor_in
from levee.web.tables import Cell, Column, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from levee.exposure.types import VexStatement
    from levee.policy.actors import Actor

_WORDS = {
    Status.NOT_AFFECTED: ("Not affected", Tone.GOOD),
    Status.FIXED: ("Fixed", Tone.GOOD),
    Status.AFFECTED: ("Affected", Tone.WARN),
    Status.UNDER_INVESTIGATION: ("Being looked into", Tone.INFO),
}


def _form(actor: Actor, data: Mapping[str, Any] | None = None, files: Any = None) -> forms.Form:  # noqa: ANN401 - Django's
    lists = [(each.public_id, each.name) for each in inventory.inventories(actor)]

    class RelyForm(forms.Form):
        """A document, and where it counts."""

        file = forms.FileField(
            label="The maker's statement",
            help_text="OpenVEX, CSAF, or CycloneDX with an analysis. It names its author.",
        )
        inventory = forms.ChoiceField(
            choices=[("", "Wherever the products that it names are"), *lists],
            required=False,
            label="Where it counts",
            help_text="Choose a list where the statement is about the parts of one product.",
        )

    return RelyForm(data, files)


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What is put aside, the documents behind it, and the form."""
    actor = actor_in(request)
    return _listed(request, actor, _form(actor))


@require_POST
def rely(request: HttpRequest) -> HttpResponse:
    """Rely on a document."""
    actor = actor_in(request)
    form = _form(actor, request.POST, request.FILES)
    if not form.is_valid():
        return _listed(request, actor, form)
    chosen, file = form.cleaned_data["inventory"], form.cleaned_data["file"]
    try:
        key = services.rely_on_vex(
            actor,
            file.read(),
            filename=file.name,
            inventory_key=parse_public_id("INV", chosen) if chosen else None,
        )
    except LeveeError as error:
        beside(form, error, within="file")
        return _listed(request, actor, form)
    messages.success(request, "Noted. What it excuses is put aside within a minute.")
    return redirect("operators:vex-document", vex=public_id("VEX", key))


@require_POST
def rely_on_import(request: HttpRequest, done: str) -> HttpResponse:
    """Rely on what an imported file says of its own components."""
    key = services.rely_on_import(actor_in(request), parse_public_id("IMP", done))
    messages.success(request, "Noted. What it excuses is put aside within a minute, in this list alone.")
    return redirect("operators:vex-document", vex=public_id("VEX", key))


@require_GET
def one(request: HttpRequest, vex: str) -> HttpResponse:
    """A document with its statements."""
    detail = selectors.vex_document(actor_in(request), parse_public_id("VEX", vex))
    return render(
        request,
        "levee/operators/vex_document.html",
        {
            "title": detail.vex.name or detail.vex.filename,
            "crumbs": [("To do", "/actions/"), ("Put aside", "/vex/"), (detail.vex.public_id[:12], "")],
            "vex": detail.vex,
            "statements": _statements(detail.statements),
            "counting": [each for each in detail.statements if each.withdrawn_at is None],
            "more": detail.vex.statements - len(detail.statements),
        },
    )


@require_POST
def withdraw(request: HttpRequest, vex: str) -> HttpResponse:
    """Rely on it, or on one of its statements, no more."""
    statement = request.POST.get("statement", "")
    services.withdraw_vex(
        actor_in(request),
        parse_public_id("VEX", vex),
        statement=parse_public_id("VXS", statement) if statement else None,
        note=request.POST.get("note", ""),
    )
    messages.success(request, "Noted. What only this put aside is back within a minute.")
    return redirect("operators:vex-document", vex=vex)


def _listed(request: HttpRequest, actor: Actor, form: forms.Form) -> HttpResponse:
    everything = "all" in request.GET
    with acting(actor):
        aside = selectors.put_aside(actor)
        documents = selectors.vex(actor, withdrawn=everything)
    return render(
        request,
        "levee/operators/vex.html",
        {
            "title": "Put aside, and why",
            "crumbs": [("To do", "/actions/"), ("Put aside", "")],
            "aside": tables.put_aside(aside),
            "documents": documents,
            "everything": everything,
            "form": form,
        },
        status=400 if form.is_bound else 200,
    )


def _statements(found: tuple[VexStatement, ...]) -> Table:
    return Table(
        caption="What it says",
        columns=tuple(Column(label=label) for label in ("Vulnerability", "Product", "Says", "Puts aside", "Place")),
        rows=tuple(_statement(each) for each in found),
    )


def _statement(each: VexStatement) -> tuple[Cell | str, ...]:
    words, tone = _WORDS[each.status]
    reason = ": ".join(filter(None, (each.justification.replace("_", " "), each.detail)))
    if each.withdrawn_at:
        words, tone = f"{words}, withdrawn", Tone.PLAIN
        reason = f"withdrawn by {each.withdrawn_by}, {each.withdrawn_at:%Y-%m-%d}. {each.note}".rstrip()
    return (
        Cell(text=each.vulnerabilities[0], detail=", ".join(each.vulnerabilities[1:])),
        Cell(text=each.product, detail=f"within {each.within}" if each.within else ""),
        Cell(text=words, tone=tone, detail=reason),
        str(each.matches),
        Cell(text=each.place, detail=f"said {each.at:%Y-%m-%d}"),
    )
