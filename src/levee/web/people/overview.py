"""The first page after signing in: what waits for this reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from levee.cases import selectors as cases
from levee.clustering import selectors as clusters
from levee.findings import selectors as findings
from levee.identity import selectors as identity
from levee.kernel.sides import Side
from levee.notify import selectors as notify
from levee.platform.serving import served
from levee.policy.actors import OrganisationKind, Role
from levee.settings import settings
from levee.validation import selectors as validation
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from levee.policy.actors import Actor


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Figures that lead somewhere, for those who work here; the list of things to do, for operators."""
    if served(request) is Side.OPERATORS:
        serves = actor_in(request).organisation_kind is OrganisationKind.INTERMEDIARY
        return redirect("intermediaries:clients" if serves else "operators:actions")
    actor = actor_in(request)
    if actor.organisation_kind.home is Side.OPERATORS:
        return redirect(f"{settings().operators_site}/")
    own = identity.organisation(actor, actor.party)
    context = {
        "title": "Overview",
        "lead": own.name,
        "answer_by": own.joined_until if Role.ADMIN in actor.roles else None,
        "figures": _figures(actor),
        "waiting": validation.waiting(actor) if _steers(actor) else [],
        "cases": cases.listed(actor, limit=10),
    }
    return render(request, "levee/people/overview.html", context)


def _steers(actor: Actor) -> bool:
    return actor.organisation_kind is OrganisationKind.CLEARINGHOUSE and Role.COORDINATOR in actor.roles


def _figures(actor: Actor) -> list[tuple[str, int, str]]:
    figures = [("findings", findings.count(actor), "/findings/")]
    if _steers(actor):
        figures.append(("clusters", clusters.count(actor), "/clusters/"))
    figures.append(("cases", cases.count(actor), "/cases/"))
    return figures


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """The letters that wait and left: the way out of a house without a mail server."""
    letters = notify.outbox(actor_in(request))
    return render(request, "levee/people/outbox.html", {"title": "Outbox", "letters": letters})
