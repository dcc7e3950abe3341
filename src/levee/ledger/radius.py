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

from levee.access.models import Grant, Party, Principal
from levee.kernel.errors import NotFound
from levee.ledger.models import Opening, Pending
from levee.ledger.types import Reach, Subject
from levee.platform.ports import ports
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

OWN = "own"
MADE_BY = {
    Action.FINDING_SUBMIT.value: Subject.FINDING,
    Action.CASE_OPEN.value: Subject.CASE,
    Action.CLUSTER_JOIN.value: Subject.CLUSTER,
}


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
        holder = fields.get("principal") or fields.get("actor")
        if fields.get("verb") == Action.TOKEN_MANAGE and fields.get("subject") == str(token) and holder:
            return radius_of_principal(UUID(str(holder)), since)
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
    known = set(Party.unscoped.filter(id__in=among).values_list("id", flat=True))
    grants = list(
        Grant.unscoped.filter(Q(until=None) | Q(until__gt=since), party__in=among, since__lte=last).order_by(
            "since", "subject"
        )
    )
    kinds = _kinds({each.subject for each in grants})
    return (
        *(
            Reach(
                subject=party,
                kind=Subject.ORGANISATION if party in known else Subject.RUN,
                capacity=OWN,
                party=party,
                of_organisation=party in known,
                since=since,
                until=until,
            )
            for party in among
        ),
        *(
            Reach(
                subject=each.subject,
                kind=kinds.get(each.subject, Subject.UNNAMED),
                capacity=each.capacity,
                party=each.party,
                of_organisation=each.party in known,
                since=each.since,
                until=each.until,
            )
            for each in grants
        ),
    )


def _kinds(subjects: Collection[UUID]) -> Mapping[UUID, Subject]:
    """What the subjects are. Whatever is let in to is entered when it is made; messages come with their case."""
    kinds: dict[UUID, Subject] = {}
    made = Q()
    for verb in MADE_BY:
        made |= Q(fields__contains=f'"{verb}"')
    for spelled in Opening.unscoped.filter(made).values_list("fields", flat=True).iterator():
        fields = json.loads(spelled)
        _note(kinds, {name: (fields.get(name) or {}).get("value") for name in ("verb", "subject")})
    for spelled in Pending.unscoped.filter(made).values_list("fields", flat=True).iterator():
        _note(kinds, json.loads(spelled))
    return {subject: kinds[subject] for subject in subjects if subject in kinds}


def _note(kinds: dict[UUID, Subject], fields: Mapping[str, object]) -> None:
    kind = MADE_BY.get(str(fields.get("verb")))
    if kind is not None and fields.get("subject"):
        kinds[UUID(str(fields["subject"]))] = kind
