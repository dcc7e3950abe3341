"""Projects: who makes and ships what, and how they take reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from levee.cases import selectors, services
from levee.cases.projects.policies import AiFound, AiPatch, Counts, Takes, Terms
from levee.cases.projects.upkeep import Keeps
from levee.identity import selectors as identity
from levee.kernel.ids import parse_public_id
from levee.policy.actors import OrganisationKind, PrincipalKind
from levee.web.projects.forms import SetPolicy, StateShipped, StateUpkeep
from levee.web.projects.wording import lines
from levee.web.signed_in import actor_in
from levee.web.stating import page
from levee.web.validation.part import coordinates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from levee.policy.actors import Actor


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What the reader's organisation makes and ships, and the policies of its projects; the house sees all."""
    actor = actor_in(request)
    upkeep, policies = selectors.upkeep(actor), selectors.policies(actor)
    called = identity.names(actor, {*(each.organisation for each in upkeep), *(each.organisation for each in policies)})
    newest = {(each.project, each.organisation): each for each in reversed(policies)}.values()
    context = {
        "title": "Projects",
        "upkeep": [(each, called.get(each.organisation, "")) for each in upkeep],
        "policies": [
            (each, lines(each.terms), each in newest, called.get(each.organisation, "The clearinghouse"))
            for each in policies
        ],
        "party": actor.party,
        "states": _states(actor),
        "turns": coordinates(actor),
    }
    return render(request, "levee/projects/list.html", context)


@require_http_methods(["GET", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """Say that an organisation makes or ships a component."""

    def doing(data: Mapping[str, Any]) -> str:
        about = data.get("organisation")
        services.state_upkeep(
            actor,
            component=data["component"],
            keeps=Keeps(data["keeps"]),
            because=data["because"],
            organisation=parse_public_id("ORG", about) if about else None,
        )
        return "It is on record."

    actor = actor_in(request)
    others = identity.listed(actor) if coordinates(actor) else ()
    choices = [(each.public_id, each.name) for each in others if each.id != actor.party]
    return page(
        request,
        "Who makes or ships it?",
        StateUpkeep(request.POST or None, organisations=choices),
        doing,
        back="projects:list",
    )


@require_http_methods(["GET", "POST"])
def state_shipped(request: HttpRequest) -> HttpResponse:
    """Say that one's own organisation ships what stands in a bill of materials."""

    def doing(data: Mapping[str, Any]) -> str:
        new = services.state_shipped(actor_in(request), data["file"].read(), because=data["because"])
        return f"{new} component{'' if new == 1 else 's'} more that you ship."

    form = StateShipped(request.POST or None, request.FILES or None)
    return page(request, "What do you ship?", form, doing, back="projects:list")


@require_POST
def end(request: HttpRequest, upkeep: str) -> HttpResponse:
    """Take back what one's own organisation said."""
    services.end_upkeep(actor_in(request), parse_public_id("UPK", upkeep))
    messages.success(request, "Taken back.")
    return redirect("projects:list")


@require_http_methods(["GET", "POST"])
def set_policy(request: HttpRequest) -> HttpResponse:
    """Set how a project takes reports."""

    def doing(data: Mapping[str, Any]) -> str:
        terms = Terms(
            ai_found=AiFound(data["ai_found"]),
            embargo=Counts(data["embargo"]),
            longest_days=data["longest_days"],
            ai_patch=AiPatch(data["ai_patch"]),
            per_week=data["per_week"],
            takes=Takes(data["takes"]),
        )
        services.set_policy(actor_in(request), project=data["project"], terms=terms, source=data["source"])
        return "It holds for cases that are opened from now on."

    initial = {"embargo": Counts.REPORT, "ai_patch": AiPatch.ASK}
    form = SetPolicy(request.POST or None, initial=initial)
    return page(request, "How does this project take reports?", form, doing, back="projects:list")


def _states(actor: Actor) -> bool:
    """Whether a page offers this reader to say something: a person, of the house only a coordinator."""
    of_the_house = actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
    return coordinates(actor) if of_the_house else actor.kind is PrincipalKind.PERSON
