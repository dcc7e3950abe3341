"""Cases from and to other clearinghouses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from levee.cases import selectors
from levee.cases import services as casework
from levee.findings import selectors as findings
from levee.findings import services
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest


class TakeIn(forms.Form):
    """A document that another clearinghouse handed over."""

    file = forms.FileField(
        label="The document",
        help_text="A CSAF 2.1 vulnerability report about one flaw, as JSON.",
        widget=forms.FileInput(attrs={"class": "levee-file", "accept": ".json,application/json"}),
    )


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Take in a case from another clearinghouse."""
    actor, form = actor_in(request), TakeIn(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            receipt = services.take_in(actor, form.cleaned_data["file"].read())
        except LeveeError as error:
            if error.status not in {400, 409, 413}:
                raise
            form.add_error("file", " ".join(filter(None, (error.place, error.message, error.advice()))))
        else:
            messages.success(
                request,
                "Taken in before: nothing has changed."
                if receipt.repeated
                else "Taken in. It is reproduced like any other finding before anything follows from it.",
            )
            return redirect("findings:one", finding=receipt.public_id)
    context = {"title": "Take in a case from another clearinghouse", "form": form}
    return render(request, "levee/cases/take_in.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, case: str) -> HttpResponse:
    """Take the case as a document, to hand it over; what is in it, and who took it before."""
    actor, key = actor_in(request), parse_public_id("CAS", case)
    found = selectors.get(actor, key)
    context = {"title": "Hand the case over", "lead": found.title, "case": found}
    if request.method == "POST":
        try:
            document = casework.hand_over(actor, key)
        except LeveeError as error:
            if error.status not in {400, 409}:
                raise
            context["problem"] = error
        else:
            headers = {
                "Content-Disposition": f'attachment; filename="{document.name}"',
                "X-Content-Type-Options": "nosniff",
            }
            return HttpResponse(document.data, content_type="application/json", headers=headers)
    context["hand_overs"] = selectors.hand_overs(actor, key)
    context["origins"] = findings.origins(actor, selectors.findings(actor, key))
    return render(request, "levee/cases/hand_over.html", context, status=409 if "problem" in context else 200)
