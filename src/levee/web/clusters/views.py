from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from levee.cases.selectors import of_cluster, own_cases
from levee.clustering import selectors, services
from levee.findings import selectors as findings
from levee.identity.selectors import names
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id, public_id
from levee.web.paging import page_of
from levee.web.signed_in import actor_in
from levee.web.tables import Cell, Column, Table, Tone
from levee.web.validation.part import coordinates, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from levee.clustering.types import Cluster
    from levee.policy.actors import Actor

PER_PAGE = 50


class Because(forms.Form):
    """Why something is undone."""

    because = forms.CharField(label="Why", max_length=1000, help_text="Recorded in the ledger.")


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Clusters, newest first: what is handed on as one item each."""
    actor = actor_in(request)
    page = page_of(request, total=selectors.count(actor), size=PER_PAGE)
    found = selectors.listed(actor, limit=PER_PAGE, offset=page.offset)
    table = Table(
        caption=f"{page.total} cluster{'' if page.total == 1 else 's'}, newest first",
        columns=(
            Column(label="Target"),
            Column(label="Findings", numeric=True),
            Column(label="Joined by"),
            Column(label="Formed"),
        ),
        rows=tuple(_row(cluster) for cluster in found),
        empty="No clusters yet",
        empty_text="One forms when a finding is confirmed, or accepted by a person.",
        show_caption=True,
    )
    return render(request, "levee/clusters/list.html", {"title": "Clusters", "table": table, "page": page})


def _row(cluster: Cluster) -> tuple[Cell, ...]:
    how = Cell(text="cross-fix", tone=Tone.GOOD) if cluster.proven else Cell(text="signature", tone=Tone.PLAIN)
    return (
        Cell(text=cluster.target, url=reverse("clusters:one", args=[cluster.public_id]), detail=words(cluster.kind)),
        Cell(text=str(len(cluster.members))),
        how,
        Cell(text=f"{cluster.formed_at:%Y-%m-%d %H:%M} UTC"),
    )


@require_GET
def one(request: HttpRequest, cluster: str) -> HttpResponse:
    """One cluster: why each finding stands in it, how it stands to others, and how to undo either."""
    actor = actor_in(request)
    found = selectors.cluster(actor, parse_public_id("CLU", cluster))
    undoes = coordinates(actor)
    context = {
        "title": found.target,
        "lead": words(found.kind),
        "cluster": found,
        "members": _members(actor, found, undoes=undoes),
        "left": [(public_id("FND", each.finding), each) for each in found.left],
        "into": public_id("CLU", found.merged_into) if found.merged_into else "",
        "case": of_cluster(actor, found.id),
        "own_cases": own_cases(actor, found.findings),
        "undoes": undoes,
    }
    return render(request, "levee/clusters/one.html", context)


def _members(actor: Actor, cluster: Cluster, *, undoes: bool) -> list[dict[str, object]]:
    reports = {each.id: each for each in findings.listed(actor, only=cluster.findings, limit=len(cluster.members))}
    credited = names(actor, {each.organisation for each in reports.values()})
    shared = {home for home in (member.home for member in cluster.members) if _homes(cluster).count(home) > 1}
    return [
        {
            "finding": reports[member.finding],
            "finder": credited.get(reports[member.finding].organisation, "a finder"),
            "evidence": member.evidence,
            "explanation": member.explanation,
            "takes_out": undoes and member.home in shared,
        }
        for member in cluster.members
        if member.finding in reports
    ]


def _homes(cluster: Cluster) -> list[object]:
    return [member.home for member in cluster.members]


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, cluster: str) -> HttpResponse:
    """Undo the join of a cluster to another."""
    key = parse_public_id("CLU", cluster)
    return _act(
        request,
        f"Let {cluster} stand by itself again",
        reverse("clusters:one", args=[cluster]),
        lambda actor, because: services.undo_merge(actor, key, because=because),
    )


@require_http_methods(["GET", "POST"])
def take_out(request: HttpRequest, finding: str) -> HttpResponse:
    """Take a finding out of its group."""
    key = parse_public_id("FND", finding)
    return _act(
        request,
        f"Take {finding} out of its group",
        reverse("findings:one", args=[finding]),
        lambda actor, because: services.take_out(actor, key, because=because),
    )


@require_http_methods(["GET", "POST"])
def put_back(request: HttpRequest, finding: str) -> HttpResponse:
    """Put a finding back into the group that it was taken out of."""
    key = parse_public_id("FND", finding)
    return _act(
        request,
        f"Put {finding} back into its group",
        reverse("findings:one", args=[finding]),
        lambda actor, because: services.put_back(actor, key, because=because),
    )


def _act(request: HttpRequest, title: str, back: str, doing: Callable[[Actor, str], None]) -> HttpResponse:
    actor = actor_in(request)
    form = Because(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            doing(actor, form.cleaned_data["because"])
            messages.success(request, "Done, and recorded.")
            return redirect(back)
        except LeveeError as error:
            if error.status not in {400, 409}:
                raise
            form.add_error(None, error.message)
    context = {"title": title, "form": form, "back": back}
    return render(request, "levee/clusters/undo.html", context, status=400 if form.errors else 200)
