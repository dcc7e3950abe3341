"""What is said to have happened, and the owner's decision about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_http_methods

from levee.cases import selectors, services
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.facts import Event
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id, public_id
from levee.web.cases.acts import act
from levee.web.cases.forms import DecideClaim, DoubtClaim, MakeClaim, SettleDoubt
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case, Claim
    from levee.policy.actors import Actor


@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, case: str) -> HttpResponse:
    """Say that the flaw is public, exploited or attacked."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.claim(actor, found.id, event=Event(data["event"]), evidence=data["evidence"])
        return "Noted. It counts once the owner of the case accepts it."

    return act(request, case, "Say that something is public", "Say so", MakeClaim(request.POST or None), doing)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, case: str, claim: str) -> HttpResponse:
    """Accept or refuse a claim."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.decide_claim(
            actor,
            found.id,
            about.id,
            verb=ClaimVerb(data["verb"]),
            because=data["because"],
            keep_embargo=data["keep_embargo"],
        )
        return "Your decision stands."

    about = _one(request, case, claim)
    title = f"{about.by} says: {about.says}"
    form = DecideClaim(request.POST or None)
    if about.event is not Event.ATTACKS_OBSERVED:
        form.fields["keep_embargo"].widget = form.fields["keep_embargo"].hidden_widget()
    return act(request, case, title, "Decide", form, doing)


@require_http_methods(["GET", "POST"])
def doubt(request: HttpRequest, case: str, claim: str) -> HttpResponse:
    """Say that a claim was accepted by mistake."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.doubt_claim(actor, found.id, about.id, because=data["because"])
        return "Noted. Another coordinator decides; until then nothing moves."

    about = _one(request, case, claim)
    title = f"“{about.says.capitalize()}” was accepted by mistake"
    return act(request, case, title, "Say so", DoubtClaim(request.POST or None), doing)


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, case: str, claim: str) -> HttpResponse:
    """Correct a claim that another coordinator doubts, or uphold it."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        verb = ClaimVerb(data["verb"])
        after = services.settle_doubt(actor, found.id, about.id, verb=verb, because=data["because"])
        return f"Corrected. {public_id('CAS', after)} takes this case's place." if after else "It stands."

    about = _one(request, case, claim)
    title = f"Was it a mistake that “{about.says}” was accepted?"
    return act(request, case, title, "Decide", SettleDoubt(request.POST or None), doing)


def _one(request: HttpRequest, case: str, claim: str) -> Claim:
    key = parse_public_id("CLM", claim)
    for each in selectors.claims(actor_in(request), parse_public_id("CAS", case)):
        if each.id == key:
            return each
    raise NotFound("there is no such claim")
