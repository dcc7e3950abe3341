"""What a witness is: how one action looks in each of the policy's three forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, Q

from levee.kernel.sides import Side
from levee.policy.actions import Action
from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Role
from levee.policy.decide import Facts
from policy.worlds import PolicyWorld

FactsOf = Callable[[PolicyWorld, Actor, UUID], Facts]
Says = Callable[[PolicyWorld, Actor, UUID], bool]


def by_grant(world: PolicyWorld, actor: Actor, subject: UUID) -> Facts:
    """The facts of a subject that parties are let in to by grants."""
    return Facts(capacity=world.capacity(actor, subject))


def by_owner(world: PolicyWorld, actor: Actor, subject: UUID) -> Facts:
    """The facts of a row that belongs to one organisation: `world.owners` says to which."""
    return Facts(own=world.owners[subject] == actor.party)


def sight(actor: Actor) -> bool:
    """Whether the actor sees content at all."""
    return actor.live and (actor.kind is PrincipalKind.SERVICE or bool(actor.roles & {Role.MEMBER, Role.COORDINATOR}))


def person(actor: Actor, *roles: Role) -> bool:
    """A live person with one of the roles."""
    return actor.live and actor.kind is PrincipalKind.PERSON and bool(actor.roles & set(roles))


def of_the_house(actor: Actor) -> bool:
    """A live principal of the clearinghouse, which a run is not."""
    people = actor.live and actor.kind is not PrincipalKind.SERVICE
    return people and actor.organisation_kind is OrganisationKind.CLEARINGHOUSE


@dataclass(frozen=True, kw_only=True)
class See:
    """An action `…:see`: three forms, each naming the visible subjects.

    Attributes:
        action: the policy's row; None for a table that `says` alone describes. model: its table.
        plant: writes one row per subject of the world, as the owner.
        column: the column that holds the subject.
        scope: the subsystem's scope; None for tables that no selector reads.
        facts: the facts of a subject, from the world alone.
        says: what is expected in place of the policy's answer, where no row of the policy speaks of the table.
    """

    action: Action | None = None
    model: type[Model]
    plant: Callable[[PolicyWorld], None]
    scope: Callable[[Actor], Q] | None = None
    column: str = "id"
    facts: FactsOf = by_grant
    says: Says | None = None


@dataclass(frozen=True, kw_only=True)
class Do:
    """A single statement: the policy's row against row-level security, tried in plain SQL.

    Attributes:
        action: the policy's row.
        plant: rows that must be there first, written as the owner.
        attempt: SQL and its parameters that perform the act on a subject; an insert that is refused raises, an update
            or select that is refused touches no row.
        side: whose process does it; None for that of the side whose tables it names.
        says: as above.
    """

    action: Action | None = None
    attempt: Callable[[PolicyWorld, Actor, UUID], tuple[str, list[object]]]
    plant: Callable[[PolicyWorld], None] = lambda _world: None
    facts: FactsOf = by_grant
    says: Says | None = None
    side: Side | None = None
