from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from levee.access.models import Grant, Party, Principal
from levee.kernel.errors import UnsafeSetup
from levee.platform.database.acting import as_principal
from levee.platform.ports import ports
from levee.policy.actors import Actor, Capacity, OrganisationKind, PrincipalKind, Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from levee.platform.database.acting import Act
    from levee.policy.actions import Action


def actor_of(principal: UUID, *, scopes: frozenset[Action] | None = None) -> Actor | None:
    """Read who a principal is; None when there is no such principal.

    Args:
        principal: its key, from a session or a token.
        scopes: what the token narrows it to.
    """
    with as_principal(principal):
        # allow unscoped: before there is an actor, as_principal opens its own row only
        row = Principal.unscoped.filter(id=principal).first()
        # allow unscoped: the same
        party = Party.unscoped.filter(id=row.party).first() if row else None
    if row is None or party is None:
        return None
    return Actor(
        id=row.id,
        kind=PrincipalKind(row.kind),
        party=row.party,
        organisation_kind=OrganisationKind(party.kind),
        standing=party.standing_at(ports().clock.now()),
        roles=frozenset(Role(role) for role in row.roles),
        scopes=scopes,
        live=row.live,
    )


def clearinghouse() -> UUID:
    """The organisation that runs this clearinghouse; public knowledge.

    Raises:
        UnsafeSetup: it was not founded yet.
    """
    with connection.cursor() as cursor:
        cursor.execute("select levee_clearinghouse()")
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise UnsafeSetup("this clearinghouse was not founded yet", advice="run levee up, or levee migrate")
    return UUID(str(row[0]))


def has_left(act: Act, subject: UUID) -> bool:
    """Whether the actor's party was let in to a subject once, and is no more."""
    # allow unscoped: of the actor's own party, those that ended too
    parts = Grant.unscoped.filter(party=act.actor.party, subject=subject)
    return parts.exists() and not parts.filter(until=None).exists()


def capacity(act: Act, subject: UUID) -> Capacity | None:
    """In what capacity the actor's party was let in to a subject, or None."""
    return capacities(act, [subject]).get(subject)


def capacities(act: Act, subjects: Collection[UUID]) -> dict[UUID, Capacity]:
    """In what capacity the actor's party was let in to each of these subjects; those that it was not are left out."""
    # allow unscoped: the actor's own grants are what scopes are made of
    rows = Grant.unscoped.filter(party=act.actor.party, subject__in=list(subjects), until=None)
    held: dict[UUID, set[str]] = {}
    for subject, capacity in rows.values_list("subject", "capacity"):
        held.setdefault(subject, set()).add(capacity)
    return {subject: next(each for each in Capacity if each in known) for subject, known in held.items()}
