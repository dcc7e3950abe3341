"""Forensic cases: three clocks, what was written down, and a verdict that closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors, services
from levee.exposure.forensics.clocks import CHECKLIST, CaseStep, Verdict
from levee.kernel.errors import BadInput
from levee.kernel.ids import parse_public_id
from levee.platform.ports import ports
from levee.web.operators.clocks import picture
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest

Word = TypeVar("Word", CaseStep, Verdict)
VERDICTS = tuple(Verdict)
STEPS = (
    (CaseStep.SCOPE, CHECKLIST[CaseStep.SCOPE].title),
    (CaseStep.EVIDENCE, CHECKLIST[CaseStep.EVIDENCE].title),
    (CaseStep.NOTE, "A note"),
)


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The open cases; closed ones one click away."""
    everything = "all" in request.GET
    return render(
        request,
        "levee/operators/forensics.html",
        {
            "title": "Look for a break-in",
            "crumbs": [("To do", "/actions/"), ("Look for a break-in", "")],
            "cases": selectors.forensic_cases(actor_in(request), everything=everything),
            "everything": everything,
        },
    )


@require_GET
def one(request: HttpRequest, forensic: str) -> HttpResponse:
    """One case with its clocks and entries."""
    found = selectors.forensic_case(actor_in(request), parse_public_id("FRN", forensic))
    now = ports().clock.now()
    return render(
        request,
        "levee/operators/forensic.html",
        {
            "title": f"Look for a break-in: {found.vulnerability}",
            "crumbs": [("To do", "/actions/"), ("Look for a break-in", "/forensics/"), (found.public_id[:12], "")],
            "case": found,
            "clocks": [(each, picture(found.started_at, each.due_at, each.done_at or now)) for each in found.clocks],
            "steps": STEPS if found.open else STEPS[-1:],
            "verdicts": VERDICTS,
        },
    )


@require_POST
def write(request: HttpRequest, forensic: str) -> HttpResponse:
    """Write something down, with a file's hash or the file."""
    given, upload = request.POST, request.FILES.get("file")
    services.add_entry(
        actor_in(request),
        parse_public_id("FRN", forensic),
        step=_one_of(CaseStep, given.get("step", "")),
        text=given.get("text", ""),
        filename=(upload.name or "") if upload else "",
        sha256=given.get("sha256", ""),
        data=upload.read() if upload else None,
        keep=bool(given.get("keep")),
    )
    messages.success(request, "Written down.")
    return redirect("operators:forensic", forensic=forensic)


@require_POST
def verdict(request: HttpRequest, forensic: str) -> HttpResponse:
    """Close it in the actor's name."""
    services.give_verdict(
        actor_in(request),
        parse_public_id("FRN", forensic),
        verdict=_one_of(Verdict, request.POST.get("verdict", "")),
        text=request.POST.get("text", ""),
    )
    messages.success(request, "The case is closed with your verdict.")
    return redirect("operators:forensic", forensic=forensic)


@require_GET
def evidence(request: HttpRequest, evidence: str) -> HttpResponse:
    """A file of evidence, to be saved and never shown."""
    name, data = selectors.evidence(actor_in(request), parse_public_id("EVI", evidence))
    answer = HttpResponse(data, content_type="application/octet-stream")
    plain = "".join(letter if letter.isalnum() or letter in ".-_" else "_" for letter in name)
    answer["Content-Disposition"] = f'attachment; filename="{plain.encode("ascii", "replace").decode()}"'
    return answer


def _one_of(kind: type[Word], text: str) -> Word:
    try:
        return kind(text)
    except ValueError as error:
        raise BadInput(f"{text[:40]!r} is not one of: {', '.join(kind)}", place=kind.__name__.lower()) from error
