"""How the house is governed, for everyone: the terms, who owes what, and the policy table itself."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from levee.identity.terms import newest
from levee.policy.told import told

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def governance(request: HttpRequest) -> HttpResponse:
    """The page for whoever is asked in the house."""
    return _page(request, "levee/governance.html")


@require_safe
def public_governance(request: HttpRequest) -> HttpResponse:
    """The same where everyone reads."""
    return _page(request, "levee/public/governance.html")


def _page(request: HttpRequest, template: str) -> HttpResponse:
    context = {
        "title": "Governance",
        "lead": "Who may do what, who owes what, and on what terms",
        "terms": newest(),
        "subjects": [(subject, list(lines)) for subject, lines in groupby(told(), key=lambda line: line.subject)],
    }
    return render(request, template, context)
