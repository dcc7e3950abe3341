"""Forensic cases: three clocks, what was written down, and a verdict that closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors, services
from levee.exposure.forensics.clocks import CHECKLIST, CaseStep, Verdict
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.platform.ports import ports
from levee.web.operators.clocks import picture
from levee.web.refusals import beside
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from levee.exposure.types import ForensicCase

LONGEST = 20_000
STEPS = (
    (CaseStep.SCOPE, CHECKLIST[CaseStep.SCOPE].title),
    (CaseStep.EVIDENCE, CHECKLIST[CaseStep.EVIDENCE].title),
    (CaseStep.NOTE, "A note"),
)


class EntryForm(forms.Form):
    """Something to write down, with a file of evidence or its digest."""

    step = forms.ChoiceField(choices=STEPS, label="What it answers")
    text = forms.CharField(
        label="What there was, or why nothing could be kept", max_length=LONGEST, widget=forms.Textarea
    )
    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label="A file of evidence",
        help_text="Its SHA-256 is noted: a number that shows later that nobody changed the file. At most 64 MiB.",
    )
    keep = forms.BooleanField(required=False, label="Keep the file here too, encrypted; else only its SHA-256")
    sha256 = forms.RegexField(
        r"^\s*[0-9A-Fa-f]{64}\s*$",
        required=False,
        label="Or its SHA-256 alone",
        error_messages={"invalid": "A SHA-256 has 64 digits, 0 to 9 and a to f."},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, files: Any = None, *, closed: bool) -> None:  # noqa: ANN401 - Django's
        super().__init__(data, files)
        if closed:
            self.fields["step"].choices = STEPS[-1:]  # type: ignore[attr-defined]  # a choice field


class VerdictForm(forms.Form):
    """What was found, which nobody but a person says."""

    verdict = forms.ChoiceField(
        label="What you found",
        choices=[("", "Choose"), *((each.value, each.capitalize()) for each in Verdict)],
    )
    text = forms.CharField(label="What that rests on", max_length=LONGEST, widget=forms.Textarea)


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
    return _page(request, _found(request, forensic))


def _found(request: HttpRequest, forensic: str) -> ForensicCase:
    return selectors.forensic_case(actor_in(request), parse_public_id("FRN", forensic))


def _page(
    request: HttpRequest, found: ForensicCase, *, entry: EntryForm | None = None, verdict: VerdictForm | None = None
) -> HttpResponse:
    """The page; with a form as it was handed in and refused, if one was."""
    now = ports().clock.now()
    return render(
        request,
        "levee/operators/forensic.html",
        {
            "title": f"Look for a break-in: {found.vulnerability}",
            "crumbs": [("To do", "/actions/"), ("Look for a break-in", "/forensics/"), (found.public_id[:12], "")],
            "case": found,
            "clocks": [(each, picture(found.started_at, each.due_at, each.done_at or now)) for each in found.clocks],
            "entry": entry or EntryForm(closed=not found.open),
            "verdict": verdict or VerdictForm(auto_id="verdict-%s"),
        },
        status=400 if entry or verdict else 200,
    )


@require_POST
def write(request: HttpRequest, forensic: str) -> HttpResponse:
    """Write something down, with a file's hash or the file."""
    found = _found(request, forensic)
    form = EntryForm(request.POST, request.FILES, closed=not found.open)
    if form.is_valid():
        given, upload = form.cleaned_data, form.cleaned_data["file"]
        try:
            services.add_entry(
                actor_in(request),
                found.id,
                step=CaseStep(given["step"]),
                text=given["text"],
                filename=(upload.name or "") if upload else "",
                sha256=given["sha256"],
                data=upload.read() if upload else None,
                keep=given["keep"],
            )
        except LeveeError as error:
            beside(form, error)
        else:
            messages.success(request, "Written down.")
            return redirect("operators:forensic", forensic=forensic)
    return _page(request, found, entry=form)


@require_POST
def verdict(request: HttpRequest, forensic: str) -> HttpResponse:
    """Close it in the actor's name."""
    found = _found(request, forensic)
    form = VerdictForm(request.POST, auto_id="verdict-%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.give_verdict(actor_in(request), found.id, verdict=Verdict(given["verdict"]), text=given["text"])
        except LeveeError as error:
            beside(form, error)
        else:
            messages.success(request, "The case is closed with your verdict.")
            return redirect("operators:forensic", forensic=forensic)
    return _page(request, found, verdict=form)


@require_GET
def evidence(request: HttpRequest, evidence: str) -> HttpResponse:
    """A file of evidence, to be saved and never shown."""
    name, data = selectors.evidence(actor_in(request), parse_public_id("EVI", evidence))
    answer = HttpResponse(data, content_type="application/octet-stream")
    plain = "".join(letter if letter.isalnum() or letter in ".-_" else "_" for letter in name)
    answer["Content-Disposition"] = f'attachment; filename="{plain.encode("ascii", "replace").decode()}"'
    return answer
