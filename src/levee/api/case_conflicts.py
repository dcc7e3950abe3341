from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status

from levee.api.bodies import In
from levee.api.house import actor_of
from levee.cases import selectors, services, types
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["cases"])


class ConflictOut(Schema):
    """What was said of somebody's interest in a case; `holds` is `PER-…` of who decides nothing meanwhile."""

    public_id: str
    by: str
    holds: str | None
    whom: str
    because: str
    at: datetime
    settled_at: datetime | None
    settlement: str

    @staticmethod
    def resolve_holds(found: types.Conflict) -> str | None:
        """Told to those who know the person's name."""
        return public_id("PER", found.of) if found.of and found.whom else None


class ConflictIn(In):
    """Who has an interest of its own, and why; `person` is `PER-…` of your own organisation, if it owns the case."""

    because: str
    person: str = ""


class ConflictSettledIn(In):
    """Why it is settled."""

    because: str


class ConflictSaidOut(Schema):
    """The public id of what was said."""

    public_id: str


@router.get(
    "/cases/{case}/conflicts",
    response=list[ConflictOut],
    summary="What was said of conflicts of interest, oldest first",
)
def conflicts(request: HttpRequest, case: str) -> Sequence[types.Conflict]:
    """Settled ones among them."""
    return selectors.conflicts(actor_of(request), parse_public_id("CAS", case))


@router.post(
    "/cases/{case}/conflicts", response=ConflictSaidOut, summary="Say that somebody has a conflict of interest"
)
def say(request: HttpRequest, case: str, body: ConflictIn) -> dict[str, str]:
    """A person of the owner whom the owner names decides nothing in the case until it is settled."""
    of = parse_public_id("PER", body.person) if body.person else None
    key = services.say_conflict(actor_of(request), parse_public_id("CAS", case), because=body.because, of=of)
    return {"public_id": public_id("COI", key)}


@router.post(
    "/cases/{case}/conflicts/{conflict}/settle", response={204: None}, summary="Settle what was said of a conflict"
)
def settle(request: HttpRequest, case: str, conflict: str, body: ConflictSettledIn) -> Status[None]:
    """By who said it, or by a coordinator of the owner whom it does not name."""
    key = parse_public_id("COI", conflict)
    services.settle_conflict(actor_of(request), parse_public_id("CAS", case), key, because=body.because)
    return Status(204, None)
