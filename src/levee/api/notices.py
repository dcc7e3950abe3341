from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from levee.api.house import actor_of
from levee.notices import selectors, types

router = Router(tags=["notices"])


class NoticeOut(Schema):
    """What the clearinghouse tells your organisation before a flaw is public; `label` says how to handle it (TLP)."""

    public_id: str
    product: str
    text: str
    label: str
    at: datetime


@router.get("/notices", response=list[NoticeOut], summary="Notices of the clearinghouse")
def received(request: HttpRequest) -> Sequence[types.Notice]:
    """To your own organisation, newest first."""
    return selectors.received(actor_of(request))
