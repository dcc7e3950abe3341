"""What changed in cases, in the order in which it came to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.cases import scopes
from levee.cases.listing import held
from levee.cases.models import Change
from levee.cases.types import Change as Told
from levee.cases.types import Changed
from levee.kernel.errors import BadInput, NotFound
from levee.kernel.ids import parse_public_id
from levee.platform.database.asking import ask
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.platform.database.acting import Act

MOST = 500
HELD_BACK = (
    Changed.ADVISORY,
    Changed.ANSWER,
    Changed.CLAIM,
    Changed.CONFLICT,
    Changed.FIX,
    Changed.HAND_OVER,
    Changed.MESSAGE,
    Changed.THREAD,
    Changed.TRANSFER,
)
"""What a party is not told of while an embargo holds that it has not agreed to."""
WORDS = (Changed.MESSAGE, Changed.THREAD)
"""What a token that does not cover messages says nothing of."""


def after(act: Act, since: str, limit: int) -> list[Told]:
    """The changes that the actor sees after one that it knows.

    Args:
        act: the unit of work.
        since: that one's cursor; empty for the first.
        limit: how many at most.

    Raises:
        BadInput: there is no such cursor.
    """
    ask("select from levee_order_case_changes()", [])
    rows = rows_after(act, _place(since) if since else None, limit)
    return [Told(id=row.id, case=row.case, what=Changed(row.what)) for row in rows]


def rows_after(act: Act, place: datetime | None, limit: int) -> list[Change]:
    """The same by the place of a change in the order of all; of those alone that have one."""
    found = _seen(act).order_by("told_at")
    if place:
        found = found.filter(told_at__gt=place)
    looked: set[UUID] = set()
    while True:
        page = list(found[:limit])
        new = {row.case for row in page} - looked
        if not new:
            return page
        found = _without_held(act, found, new)
        looked |= new


def still_seen(act: Act, changes: Collection[UUID]) -> frozenset[UUID]:
    """Those of some changes that the actor sees now."""
    found = _seen(act).filter(id__in=list(changes))
    return frozenset(_without_held(act, found, {row.case for row in found}).values_list("id", flat=True))


def _seen(act: Act) -> QuerySet[Change]:
    found = Change.unscoped.filter(scopes.changes(act.actor), told_at__isnull=False)
    return found if act.actor.permits(Action.MESSAGE_SEE) else found.exclude(what__in=WORDS)


def _without_held(act: Act, found: QuerySet[Change], cases: Collection[UUID]) -> QuerySet[Change]:
    """Without what others did in these cases while the actor is told nothing new."""
    for case, at in held(act, cases).items():
        not_yet = Q(case=case, at__gte=at, what__in=HELD_BACK) & (Q(by=None) | ~Q(by=act.actor.party))
        found = found.exclude(not_yet)
    return found


def _place(cursor: str) -> datetime:
    """The instant of a change in the order of all."""
    try:
        rows = ask("select levee_case_change_told(%s)", [parse_public_id("CHG", cursor)])
    except NotFound:
        rows = []
    if not rows or rows[0][0] is None:
        raise BadInput("this is no cursor", place="since", advice="Leave it out, to begin with the first change.")
    at: datetime = rows[0][0]
    return at
