from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from levee.api.house import actor_of
from levee.cases import selectors, types
from levee.kernel.ids import parse_public_id

router = Router(tags=["cases"])


class ArrivalOut(Schema):
    """A letter that came by mail: `outcome` is `message`, `owner` (you alone read its `text`) or `refused` (`why`)."""

    party: str
    at: datetime
    outcome: str
    why: str
    label: str
    text: str


@router.get("/cases/{case}/mail", response=list[ArrivalOut], summary="The letters that came by mail, oldest first")
def arrivals(request: HttpRequest, case: str) -> Sequence[types.Arrival]:
    """What became of each; for the owner of the case, and empty for others."""
    return selectors.arrivals(actor_of(request), parse_public_id("CAS", case))
