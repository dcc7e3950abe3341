"""What somebody could have read since an instant: the first question after a key is lost or a worker is taken over.

Sight comes from grants (`access`), so the answer is every grant that stood at any time since. It is what could
have been read, never less: roles, token scopes and what was in fact opened would only narrow it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import Q

from levee.access.models import Grant, Principal
from levee.kernel.errors import NotFound
from levee.ledger.models import Opening
from levee.ledger.types import Reach
from levee.platform.ports import ports
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

OWN = "own"


def radius_of_principal(principal: UUID, since: datetime) -> tuple[Reach, ...]:
    """Everything that a person or agent could have read since an instant. Asked by the role `ledger`.

    Raises:
        NotFound: there is no such principal.
    """
    row = Principal.unscoped.filter(id=principal).first()
    if row is None:
        raise NotFound("there is nobody by that name")
    return _between([row.party], max(since, row.since), row.until)


def radius_of_token(token: UUID, since: datetime) -> tuple[Reach, ...]:
    """Everything that whoever held an API token could have read since an instant. Asked by the role `ledger`.

    Who the token belongs to is read from the ledger's own entry of its issue.

    Raises:
        NotFound: no entry tells of such a token.
    """
    told = Opening.unscoped.filter(fields__contains=f'"value":"{token}"').values_list("fields", flat=True)
    for spelled in told:
        fields = {name: opened["value"] for name, opened in json.loads(spelled).items()}
        if fields.get("verb") == Action.TOKEN_MANAGE and fields.get("subject") == str(token):
            return radius_of_principal(UUID(str(fields.get("principal") or fields.get("actor"))), since)
    raise NotFound("no entry of the ledger tells of such a token")


def radius_of_workers(since: datetime) -> tuple[Reach, ...]:
    """Everything that the workers' runs could have read since an instant. Asked by the role `ledger`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct party from platform_run where ended_at is null or ended_at >= %s",
            [since],
        )
        parties = [row[0] for row in cursor.fetchall()]
    return _between(parties, since, None)


def _between(parties: Iterable[UUID], since: datetime, until: datetime | None) -> tuple[Reach, ...]:
    last = until or ports().clock.now()
    if last < since:
        return ()
    among = sorted(parties)
    grants = Grant.unscoped.filter(Q(until=None) | Q(until__gt=since), party__in=among, since__lte=last)
    own = [Reach(subject=party, capacity=OWN, party=party, since=since, until=until) for party in among]
    return (
        *own,
        *(
            Reach(subject=each.subject, capacity=each.capacity, party=each.party, since=each.since, until=each.until)
            for each in grants.order_by("since", "subject")
        ),
    )
