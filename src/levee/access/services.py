from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from levee.access import selectors
from levee.access.models import Grant
from levee.kernel.errors import Forbidden, NotFound
from levee.policy.decide import Deny, Facts, decide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actions import Action
    from levee.policy.actors import Capacity


def grant(act: Act, *, subject: UUID, party: UUID, capacity: Capacity) -> None:
    """Let a party in to a subject. The first grant on a fresh subject is its maker's own."""
    Grant.unscoped.bulk_create(
        [Grant(id=act.new_id(), subject=subject, party=party, capacity=capacity, since=act.now)]
    )  # another party's grant is not visible to the giver, so nothing may be read back


def found(act: Act, subject: UUID, parties: Mapping[UUID, Capacity]) -> None:
    """Let the first parties in to a fresh subject, the maker's own among them.

    They come in by one statement: once a subject has grants, only its owner lets others in.
    """
    rows = [
        Grant(id=act.new_id(), subject=subject, party=party, capacity=capacity, since=act.now)
        for party, capacity in parties.items()
    ]
    Grant.unscoped.bulk_create(rows)


def end(act: Act, *, subject: UUID, party: UUID) -> bool:
    """End what a party was let in to, by its owner or by the party itself.

    Returns:
        Whether there was anything to end.
    """
    with connection.cursor() as cursor:
        cursor.execute("select levee_end_grant(%s, %s, %s)", [subject, party, act.now])
        row = cursor.fetchone()
    return bool(row and row[0])


def demand(act: Act, action: Action, *, subject: UUID | None = None, of: UUID | None = None) -> None:
    """Refuse the act unless the policy allows it.

    Args:
        act: the unit of work.
        action: what is asked for.
        subject: the subject whose grants decide.
        of: the organisation (or principal) that the thing belongs to, where ownership decides.

    Raises:
        NotFound: the actor may not know of it. Forbidden: it may know, and may not do this.
    """
    facts = Facts(
        capacity=selectors.capacity(act, subject) if subject is not None else None,
        own=of == act.actor.party,
        self_only=of == act.actor.id,
    )
    decision = decide(action, act.actor, facts)
    if isinstance(decision, Deny):
        raise refusal(decision, action)


def refusal(decision: Deny, action: Action) -> Forbidden | NotFound:
    """The error that a denial is told as: 404 for what must stay hidden, else 403."""
    if decision.hidden:
        return NotFound("there is nothing here by that name")
    return Forbidden(f"{action.value}: {decision.reason}", advice="ask an administrator of your organisation")
