"""Vendors that stay silent: what was tried, and what two people decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.views.decorators.http import require_http_methods

from levee.cases import selectors, services
from levee.cases.ladder.climbing import Way
from levee.cases.ladder.rungs import ATTEMPTS, Approach
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id
from levee.web.cases.acts import act
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case, Silence
    from levee.policy.actors import Actor

WAYS = {
    Approach.REMINDER: "A reminder: a letter leaves by this",
    Approach.SECOND_CONTACT: "Another contact of the same project, whom you invited or wrote to",
    Approach.REGISTRY_CONTACT: "Whoever may publish its packages, as the registry says",
    Approach.PUBLIC_REQUEST: "A public request for a contact, without any detail",
}


class Chase(forms.Form):
    """An attempt to reach a silent vendor."""

    channel = forms.ChoiceField(label="How", choices=[(each, WAYS[each]) for each in ATTEMPTS if each in WAYS])
    because = forms.CharField(
        label="What was done, and what came of it",
        max_length=500,
        help_text="Every party reads it: name no mailbox and no person.",
    )


class ProposeOutcome(forms.Form):
    """What is to be done about it."""

    way = forms.ChoiceField(
        label="What is done", choices=[(each, each.says[:1].upper() + each.says[1:]) for each in Way]
    )
    because = forms.CharField(label="Why", max_length=500, help_text="Every party reads it once it is decided.")


class SettleOutcome(forms.Form):
    """A second person's word."""

    agree = forms.ChoiceField(
        label="Your decision", choices=[("yes", "Agree: it is so decided"), ("no", "Refuse, or take it back")]
    )
    because = forms.CharField(label="Why", max_length=500, help_text="Every party reads it once it is decided.")


def _about(request: HttpRequest, case: str, participant: str) -> Silence:
    key = parse_public_id("PAR", participant)
    silent = selectors.silences(actor_in(request), parse_public_id("CAS", case))
    found = next((each for each in silent if each.participant == key), None)
    if found is None:
        raise NotFound("no vendor is silent here by that name")
    return found


@require_http_methods(["GET", "POST"])
def chase(request: HttpRequest, case: str, participant: str) -> HttpResponse:
    """Put an attempt on record."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        channel = Approach(data["channel"])
        services.chase(actor, found.id, about.participant, channel=channel, because=data["because"])
        return "It is on record." if channel is not Approach.REMINDER else "A letter leaves at the next tick."

    about = _about(request, case, participant)
    first = {"channel": about.next} if about.next in WAYS else {}
    form = Chase(request.POST or None, initial=first)
    return act(request, case, f"{about.party} has not answered", "Put on record", form, doing)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, case: str, participant: str) -> HttpResponse:
    """Propose what is done about it; or, as the second person, agree or refuse."""

    def proposing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        way, because = Way(data["way"]), data["because"]
        services.propose_outcome(actor, found.id, about.participant, way=way, because=because)
        return "Proposed. Another coordinator decides."

    def settling(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        agree = data["agree"] == "yes"
        services.settle_outcome(actor, found.id, about.participant, agree=agree, because=data["because"])
        return "It is decided." if agree else "It is not decided."

    about = _about(request, case, participant)
    if about.proposed is None:
        form: forms.Form = ProposeOutcome(request.POST or None)
        return act(request, case, f"What to do, since {about.party} does not answer", "Propose", form, proposing)
    title = f"Since {about.party} does not answer: {about.proposed.says}?"
    return act(request, case, title, "Decide", SettleOutcome(request.POST or None), settling)
