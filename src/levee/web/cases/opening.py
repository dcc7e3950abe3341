"""Cases are opened: by the clearinghouse for a cluster, by a member for a finding of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from levee.cases import selectors, services
from levee.cases.projects.policies import keeps_no_secret
from levee.clustering import selectors as clusters
from levee.findings import selectors as findings
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.web.cases.forms import OpenCase
from levee.web.projects.wording import in_short
from levee.web.refusals import beside
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

YOURS = (
    "Your organisation owns this case and chooses who takes part. The clearinghouse sees that you run it, and nothing "
    "of it, unless you let it in. What is published goes out in the name of the clearinghouse."
)


@require_http_methods(["GET", "POST"])
def for_cluster(request: HttpRequest, cluster: str) -> HttpResponse:
    """Open a case for a cluster."""
    actor = actor_in(request)
    found = clusters.cluster(actor, parse_public_id("CLU", cluster))
    own = [
        f"{each.finder} runs a case about {each.finding_id} since {each.since:%Y-%m-%d}. "
        "Ask it to hand that case over, before one flaw has two."
        for each in selectors.own_cases(actor, found.findings)
    ]

    def opens(**given: object) -> UUID:
        return services.open_case(actor, cluster=found.id, **given)  # type: ignore[arg-type]  # the form's own fields

    return _page(request, "Open a case", found.target, found.findings, opens, own)


@require_http_methods(["GET", "POST"])
def for_own(request: HttpRequest, finding: str) -> HttpResponse:
    """Open a case about a finding of one's own; nobody else takes part before it is asked."""
    actor = actor_in(request)
    found = findings.get(actor, parse_public_id("FND", finding))

    def opens(**given: object) -> UUID:
        return services.open_own(actor, findings=[found.id], **given)  # type: ignore[arg-type]  # the form's own fields

    return _page(request, "Open a case of your own", found.title, [found.id], opens, [YOURS])


def _page(  # noqa: PLR0917 - a page's form and what it does
    request: HttpRequest,
    title: str,
    lead: str,
    about: Sequence[UUID],
    opens: Callable[..., UUID],
    says: list[str],
) -> HttpResponse:
    actor = actor_in(request)
    target = findings.get(actor, about[0]).target
    ai_found, policy = selectors.policy_for(actor, target, about)
    form = OpenCase(request.POST or None, why=keeps_no_secret(policy.terms, ai_found=ai_found) if policy else "")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        words = {name: data.get(name, "") for name in ("title", "summary", "because")}
        try:
            case = opens(**words, embargo_end=data["embargo_end"])
            return redirect("cases:one", case=selectors.get(actor, case).public_id)
        except LeveeError as error:
            beside(form, error)
    if policy:
        says = [*says, f"Policy of {policy.named}: {in_short(policy.terms)}. {policy.source}"]
    context = {"title": title, "lead": lead, "form": form, "verb": "Open it", "says": says}
    return render(request, "levee/cases/form.html", context, status=400 if form.errors else 200)
