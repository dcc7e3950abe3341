from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from levee.findings import selectors as findings
from levee.identity.selectors import names, own_name
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id, public_id
from levee.validation import selectors, services
from levee.validation.types import Judgement
from levee.web.refusals import beside
from levee.web.signed_in import actor_in
from levee.web.tables import Cell, Column, Table
from levee.web.validation.forms import AddTarget, Judge
from levee.web.validation.part import TONES, coordinates, verdict_part, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest

    from levee.findings.types import Finding
    from levee.policy.actors import Actor
    from levee.validation.types import Verdict


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a person, oldest first, each with how often its finder was right."""
    actor = actor_in(request)
    waiting = selectors.waiting(actor)
    found = {each.id: each for each in findings.listed(actor, only=[each.finding for each in waiting])}
    shown = [(verdict, found[verdict.finding]) for verdict in waiting if verdict.finding in found]
    table = Table(
        caption="Findings that no sandbox can settle, oldest first",
        columns=(Column(label="Finding"), Column(label="Verdict"), Column(label="Finder"), Column(label="Received")),
        rows=tuple(_row(verdict, finding, _finders(actor, shown)) for verdict, finding in shown),
        empty="Nothing waits for a person",
        empty_text="What the sandbox confirms goes on by itself.",
    )
    return render(request, "levee/validation/queue.html", {"title": "Waiting for a person", "table": table})


def _row(verdict: Verdict, finding: Finding, finders: Mapping[UUID, str]) -> tuple[Cell, ...]:
    address = reverse("validation:judge", args=[finding.public_id])
    return (
        Cell(text=finding.title, url=address, detail=finding.target),
        Cell(text=words(verdict.result), tone=TONES[verdict.result], detail=verdict.detail),
        Cell(text=finders[finding.organisation]),
        Cell(text=f"{finding.received_at:%Y-%m-%d %H:%M} UTC"),
    )


def _finders(actor: Actor, shown: list[tuple[Verdict, Finding]]) -> Mapping[UUID, str]:
    known = names(actor, {finding.organisation for _, finding in shown})
    told = {}
    for organisation in {finding.organisation for _, finding in shown}:
        percent = selectors.accuracy(actor, organisation).percent
        right = "not judged yet" if percent is None else f"right in {percent} %"
        told[organisation] = f"{known.get(organisation, 'a finder')}, {right}"
    return told


@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, finding: str) -> HttpResponse:
    """One finding with its verdict, and the form in which a coordinator says what it is."""
    actor = actor_in(request)
    found = findings.get(actor, parse_public_id("FND", finding))
    form = Judge(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.judge(
                actor,
                found.id,
                judgement=Judgement(form.cleaned_data["judgement"]),
                name=own_name(actor),
                statement=form.cleaned_data["statement"],
            )
            messages.success(request, "Your judgement is recorded.")
            return redirect("findings:one", finding=found.public_id)
        except LeveeError as error:
            beside(form, error)
    context = {"title": found.title, "lead": found.target, "finding": found, "form": form}
    context |= verdict_part(actor, found.id)
    return render(request, "levee/validation/judge.html", context, status=400 if form.errors else 200)


@require_GET
def evidence(request: HttpRequest, finding: str) -> HttpResponse:
    """The evidence as the worker signed it."""
    key = parse_public_id("FND", finding)
    found = selectors.evidence(actor_in(request), key)
    name = f"{public_id('FND', key)}-evidence.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Levee-Evidence-Signature": found.signature}
    return HttpResponse(found.document, content_type="application/json", headers=headers)


@require_http_methods(["GET", "POST"])
def targets(request: HttpRequest) -> HttpResponse:
    """The registered source targets, and the form to register another."""
    actor = actor_in(request)
    form = AddTarget(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            only_for = [parse_public_id("ORG", each.strip()) for each in data["only_for"].split(",") if each.strip()]
            spec = services.add_target(actor, data["name"], data["archive"].read(), open_to=only_for)
            messages.success(request, f"Registered as {spec}.")
            return redirect("validation:targets")
        except LeveeError as error:
            beside(form, error)
    table = Table(
        caption="Registered source targets, newest first",
        columns=(Column(label="Target"), Column(label="Digest"), Column(label="Control proofs", numeric=True)),
        rows=tuple((Cell(text=each.spec), each.digest[:16], str(each.controls)) for each in selectors.targets(actor)),
        empty="No source targets yet",
        empty_text="Packages of npm and PyPI need none: they come from the registries.",
    )
    context = {"title": "Source targets", "table": table, "form": form if coordinates(actor) else None}
    return render(request, "levee/validation/targets.html", context, status=400 if form.errors else 200)
