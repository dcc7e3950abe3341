from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from levee.api.house import actor_of
from levee.notify import selectors, types

router = Router(tags=["outbox"])


class LetterOut(Schema):
    """A letter that waits, or left."""

    address: str
    text: str
    queued_at: datetime
    sent_at: datetime | None


@router.get("/outbox", response=list[LetterOut], summary="The newest letters")
def outbox(request: HttpRequest) -> Sequence[types.Letter]:
    """For administrators of the clearinghouse: the way out of a house without a mail server."""
    return selectors.outbox(actor_of(request))
