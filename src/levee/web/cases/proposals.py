"""Proposals about the embargo, and the owner's decision about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_http_methods

from levee.cases import selectors, services
from levee.cases.rules.embargo import EmbargoVerb
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id
from levee.web.cases.acts import act
from levee.web.cases.forms import DecideProposal, ProposeEmbargo
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case
    from levee.policy.actors import Actor


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, case: str) -> HttpResponse:
    """Propose another end of the embargo, or an embargo where there is none."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.propose_embargo(actor, found.id, end=data["end"], because=data["because"], answer_by=data["answer_by"])
        return "Proposed. What is agreed holds until the owner of the case decides."

    form = ProposeEmbargo(request.POST or None)
    return act(request, case, "Propose an end of the embargo", "Propose", form, doing)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, case: str, proposal: str) -> HttpResponse:
    """Agree to a proposal, or decline it."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.decide_proposal(actor, found.id, key, verb=EmbargoVerb(data["verb"]), because=data["because"])
        return "Your decision stands."

    key = parse_public_id("PRO", proposal)
    known = selectors.proposals(actor_in(request), parse_public_id("CAS", case))
    about = next((each for each in known if each.id == key), None)
    if about is None:
        raise NotFound("there is no such proposal")
    title = f"{about.by} proposes an embargo until {about.end:%Y-%m-%d %H:%M} UTC"
    return act(request, case, title, "Decide", DecideProposal(request.POST or None), doing)
