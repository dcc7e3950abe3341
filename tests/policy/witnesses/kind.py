"""What a witness is: how one action looks in each of the policy's three forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, Q

from levee.policy.actions import Action
from levee.policy.actors import Actor
from levee.policy.decide import Facts
from policy.worlds import PolicyWorld

FactsOf = Callable[[PolicyWorld, Actor, UUID], Facts]


def by_grant(world: PolicyWorld, actor: Actor, subject: UUID) -> Facts:
    """The facts of a subject that parties are let in to by grants."""
    return Facts(capacity=world.capacity(actor, subject))


def by_owner(world: PolicyWorld, actor: Actor, subject: UUID) -> Facts:
    """The facts of a row that belongs to one organisation: `world.owners` says to which."""
    return Facts(own=world.owners[subject] == actor.party)


@dataclass(frozen=True, kw_only=True)
class See:
    """An action `…:see`: three forms, each naming the visible subjects.

    Attributes:
        action: the policy's row. model: its table.
        plant: writes one row per subject of the world, as the owner.
        column: the column that holds the subject.
        scope: the subsystem's scope.
        facts: the facts of a subject, from the world alone.
    """

    action: Action
    model: type[Model]
    plant: Callable[[PolicyWorld], None]
    scope: Callable[[Actor], Q]
    column: str = "id"
    facts: FactsOf = by_grant


@dataclass(frozen=True, kw_only=True)
class Do:
    """An action that writes: the policy's row against row-level security, tried in plain SQL.

    Attributes:
        action: the policy's row.
        plant: rows that must be there first, written as the owner.
        attempt: SQL and its parameters that perform the act on a subject; an insert that is refused raises, an update
            that is refused touches no row.
        role: the database role of the process that does it.
    """

    action: Action
    attempt: Callable[[PolicyWorld, Actor, UUID], tuple[str, list[object]]]
    plant: Callable[[PolicyWorld], None] = lambda _world: None
    facts: FactsOf = by_grant
    role: str = "levee_web"
