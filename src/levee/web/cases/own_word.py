"""A party's own word: its consent to the embargo, its answers, what it did with the report."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.views.decorators.http import require_http_methods

from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import CONSENT, ConsentVerb
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id
from levee.web.cases.acts import act, confirmed
from levee.web.cases.forms import (
    CONSENTS,
    HANDLING,
    AnswerForm,
    Awareness,
    ConfirmedAnswer,
    ConfirmedConsent,
    ConfirmedHandling,
    ConsentForm,
    Handling,
)
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case
    from levee.policy.actors import Actor


@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, case: str) -> HttpResponse:
    """Accept, decline or withdraw consent to the embargo, of what is open now."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.consent(actor, found.id, verb=ConsentVerb(data["verb"]), code=data.get("code", ""))
        return "Your answer stands."

    actor, key = actor_in(request), parse_public_id("CAS", case)
    selectors.get(actor, key)
    seat = next(each for each in selectors.participants(actor, key) if each.party == actor.party)
    verbs = [verb for verb in CONSENTS if (seat.consent, verb) in CONSENT.steps]
    kinds = (partial(ConsentForm, verbs=verbs), partial(ConfirmedConsent, verbs=verbs))
    return confirmed(request, case, "Your consent to the embargo", "Answer", kinds, doing, then="cases:list")


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, case: str) -> HttpResponse:
    """Answer as the vendor, for all of its products or one."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.answer(
            actor,
            found.id,
            answer=Answer(data["answer"]),
            by=data["by"],
            justification=data["justification"],
            product=data["product"],
            version=data["version"],
            code=data.get("code", ""),
        )
        return "Your answer stands."

    return confirmed(request, case, "Answer for your products", "Answer", (AnswerForm, ConfirmedAnswer), doing)


@require_http_methods(["GET", "POST"])
def handle(request: HttpRequest, case: str) -> HttpResponse:
    """Say what one did with the report, of what is open now."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        step = by_value[data["step"]]
        services.handle(actor, found.id, step=step, because=data["because"], code=data.get("code", ""))
        return "It is on record."

    by_value = {str(step): step for step in HANDLING}
    steps = selectors.open_steps(actor_in(request), parse_public_id("CAS", case))
    kinds = (partial(Handling, steps=steps), partial(ConfirmedHandling, steps=steps))
    return confirmed(request, case, "What did you do with the report?", "Put on record", kinds, doing)


@require_http_methods(["GET", "POST"])
def note_awareness(request: HttpRequest, case: str, participant: str) -> HttpResponse:
    """Put on record that a vendor knows of the flaw."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.note_awareness(actor, found.id, vendor.id, evidence=data["evidence"])
        return "It is on record."

    key = parse_public_id("PAR", participant)
    seats = selectors.participants(actor_in(request), parse_public_id("CAS", case))
    known = [each for each in seats if each.id == key]
    if not known:
        raise NotFound("there is no such vendor in this case")
    vendor = known[0]
    title = f"{vendor.name} knows of the flaw"
    return act(request, case, title, "Put on record", Awareness(request.POST or None), doing)
