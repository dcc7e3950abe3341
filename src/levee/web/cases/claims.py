"""What is said to have happened, and the owner's decision about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_http_methods

from levee.cases import selectors, services
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.facts import Event
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id
from levee.web.cases.acts import act
from levee.web.cases.forms import DecideClaim, MakeClaim
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case
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
            key,
            verb=ClaimVerb(data["verb"]),
            because=data["because"],
            keep_embargo=data["keep_embargo"],
        )
        return "Your decision stands."

    key = parse_public_id("CLM", claim)
    about = next(
        (each for each in selectors.claims(actor_in(request), parse_public_id("CAS", case)) if each.id == key), None
    )
    if about is None:
        raise NotFound("there is no such claim")
    title = f"{about.by} says: {about.says}"
    form = DecideClaim(request.POST or None)
    if about.event is not Event.ATTACKS_OBSERVED:
        form.fields["keep_embargo"].widget = form.fields["keep_embargo"].hidden_widget()
    return act(request, case, title, "Decide", form, doing)
