"""Cases that are merged, split or opened again; each page shows what will happen before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from levee.cases import selectors, services
from levee.cases.rules.embargo import ConsentVerb
from levee.findings import selectors as findings
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id, public_id
from levee.policy.actors import Capacity
from levee.web.cases.forms import ChooseCase, Merge, Reopen, Split
from levee.web.refusals import beside
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case, Plan
    from levee.policy.actors import Actor


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, case: str) -> HttpResponse:
    """Choose the case that goes on; see what would happen; merge."""

    def doing(actor: Actor, found: Case) -> UUID:
        services.merge(actor, found.id, into=parse_public_id("CAS", into), because=form.cleaned_data["because"])
        return parse_public_id("CAS", into)

    actor, key = actor_in(request), parse_public_id("CAS", case)
    into = request.POST.get("into") or request.GET.get("into", "")
    form = Merge(request.POST or None, initial={"into": into})
    chooser = ChooseCase(request.GET or None, cases=_others(actor, key))
    plan = (lambda: services.merge_plan(actor, key, into=parse_public_id("CAS", into))) if into else None
    return plan_page(request, key, "Merge it into another case", "Merge", form, doing, plan=plan, chooser=chooser)


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, case: str) -> HttpResponse:
    """Choose findings that become a case of their own."""

    def doing(actor: Actor, found: Case) -> UUID:
        data = form.cleaned_data
        given = {name: data[name] for name in ("title", "summary", "because")}
        return services.split(
            actor, found.id, findings=[parse_public_id("FND", each) for each in data["findings"]], **given
        )

    actor, key = actor_in(request), parse_public_id("CAS", case)
    there = findings.listed(actor, only=selectors.findings(actor, key))
    form = Split(request.POST or None, findings=[(each.public_id, each.title) for each in there])
    return plan_page(request, key, "Split it", "Split", form, doing, plan=lambda: services.split_plan(actor, key))


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, case: str) -> HttpResponse:
    """Take up again what is over."""

    def doing(actor: Actor, found: Case) -> UUID:
        return services.reopen(actor, found.id, because=form.cleaned_data["because"])

    actor, key = actor_in(request), parse_public_id("CAS", case)
    form = Reopen(request.POST or None)
    return plan_page(
        request, key, "Open it again", "Open it again", form, doing, plan=lambda: services.reopen_plan(actor, key)
    )


@require_GET
def offers(request: HttpRequest) -> HttpResponse:
    """The parts in cases that the reader's organisation is offered."""
    context = {"title": "Parts that you are offered", "offers": selectors.offers(actor_in(request))}
    return render(request, "levee/cases/offers.html", context)


@require_POST
def answer_offer(request: HttpRequest, participant: str) -> HttpResponse:
    """Take part on these terms, or decline."""
    verb = ConsentVerb.ACCEPT if "accept" in request.POST else ConsentVerb.DECLINE
    case = services.answer_offer(actor_in(request), parse_public_id("PAR", participant), verb=verb)
    if case is None:
        messages.success(request, "You have declined. Nothing of the case was shown to you.")
        return redirect("cases:offers")
    messages.success(request, "You take part on these terms.")
    return redirect("cases:one", case=public_id("CAS", case))


def _others(actor: Actor, case: UUID) -> list[tuple[str, str]]:
    """The cases that it may be merged into, as the reader may choose among them."""
    listed = selectors.listed(actor, part=Capacity.OWNER)
    return [(each.public_id, each.title) for each in listed if each.id != case and each.goes_on]


def plan_page(  # noqa: PLR0917 - a page's form and what it does
    request: HttpRequest,
    case: UUID,
    title: str,
    verb: str,
    form: forms.Form,
    doing: Callable[[Actor, Case], UUID],
    *,
    plan: Callable[[], Plan] | None,
    chooser: forms.Form | None = None,
    declines: bool = False,
) -> HttpResponse:
    """What would happen, and the form to let it; or done, and on to the case in which it goes on."""
    actor, found = actor_in(request), selectors.get(actor_in(request), case)
    context = {"title": title, "lead": found.title, "form": form, "verb": verb, "case": found, "chooser": chooser}
    context["declines"] = declines
    try:
        context["plan"] = plan() if plan else None
        if request.method == "POST" and form.is_valid():
            messages.success(request, "Done. Work goes on here.")
            return redirect("cases:one", case=public_id("CAS", doing(actor, found)))
    except LeveeError as error:
        if error.status not in {400, 409}:
            raise
        if request.method == "POST" and form.is_bound and form.is_valid():
            beside(form, error)
        else:
            context["problem"] = error
    bad = bool(form.errors)
    return render(request, "levee/cases/lineage.html", context, status=400 if bad else 200)
