from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from levee.advisories import selectors, services, types
from levee.api.bodies import In
from levee.api.house import actor_of
from levee.api.projects import SuggestionOut
from levee.cases import selectors as cases
from levee.cases import types as of_cases
from levee.cases.projects.sharing import Label
from levee.kernel.ids import parse_public_id

router = Router(tags=["advisories"])


class RecipientOut(Schema):
    """An operator that was told, and why it."""

    name: str
    reason: str


class MitigationOut(Schema):
    """What operators were told of a case before its flaw was public."""

    product: str
    text: str
    label: str
    because: str
    by: str
    at: datetime
    recipients: list[RecipientOut]

    @staticmethod
    def resolve_recipients(found: types.Mitigation) -> list[dict[str, str]]:
        """Each by name."""
        return [{"name": name, "reason": reason} for name, reason in found.recipients]


class MitigationIn(In):
    """A mitigation without detail: no word of it stands in what describes the flaw. `recipients` are `ORG-…`."""

    product: str
    text: str
    label: Label = Label.AMBER_STRICT
    recipients: list[str]
    because: str


@router.get("/cases/{case}/notices", response=list[MitigationOut], summary="What operators were told of a case")
def mitigations(request: HttpRequest, case: str) -> Sequence[types.Mitigation]:
    """Newest first, for the people of the case's owner."""
    actor = actor_of(request)
    return selectors.mitigations(actor, cases.get(actor, parse_public_id("CAS", case)).id)


@router.get("/cases/{case}/notices/suggestions", response=list[SuggestionOut], summary="Who runs the component")
def suggestions(request: HttpRequest, case: str) -> Sequence[of_cases.Suggestion]:
    """Who could be told, each with the reason; for the case's owner."""
    return cases.who_runs(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/notices", response=list[MitigationOut], summary="Give operators a mitigation")
def warn(request: HttpRequest, case: str, body: MitigationIn) -> Sequence[types.Mitigation]:
    """Only where attacks are on record and the flaw is not public; to no more than the house allows."""
    actor, key = actor_of(request), parse_public_id("CAS", case)
    recipients = [parse_public_id("ORG", each) for each in body.recipients]
    services.warn(
        actor,
        key,
        product=body.product,
        text=body.text,
        label=body.label,
        recipients=recipients,
        because=body.because,
    )
    return selectors.mitigations(actor, key)
