"""Asking the three forms of the policy the same question, and naming every world in which they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError, ProgrammingError

from levee.policy.actions import Action
from levee.policy.actors import Actor, PrincipalKind
from levee.policy.decide import RULES, Allow, Rule, decide
from policy import worlds
from policy.witnesses.kind import Do, See
from policy.worlds import PolicyWorld
from support.database import as_role

TRIES_PER_ACT = 6


def subsystems() -> list[str]:
    """The subsystems that have witnesses."""
    names = (path.stem for path in (Path(__file__).parent / "witnesses").glob("[a-z]*.py"))
    return sorted(name for name in names if name != "kind")


def witnesses(subsystem: str) -> tuple[See | Do, ...]:
    """The witnesses of one subsystem."""
    found: tuple[See | Do, ...] = import_module(f"policy.witnesses.{subsystem}").WITNESSES
    return found


@dataclass
class Tally:
    """How often each action was allowed and denied, and where the forms differed."""

    allows: Counter[Action] = field(default_factory=Counter)
    denies: Counter[Action] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def note(self, action: Action, *, allowed: bool) -> None:
        (self.allows if allowed else self.denies)[action] += 1


def compare(
    seed: int, asked: Sequence[See | Do], owner_role: str, tally: Tally, rules: Mapping[Action, Rule] = RULES
) -> None:
    """Build one world, ask all forms, tally, and roll the world back."""
    with transaction.atomic():
        world = worlds.draw(seed)
        with as_role(owner_role):
            worlds.write(world)
            for plant in dict.fromkeys(witness.plant for witness in asked):
                plant(world)
        for witness in asked:
            if isinstance(witness, See):
                _compare_sight(world, witness, tally, rules)
            else:
                _compare_acts(world, witness, tally, rules)
        transaction.set_rollback(True)


def _compare_sight(world: PolicyWorld, witness: See, tally: Tally, rules: Mapping[Action, Rule]) -> None:
    for actor in world.actors:
        by_policy = {
            subject
            for subject in world.subjects
            if isinstance(decide(witness.action, actor, witness.facts(world, actor, subject), rules), Allow)
        }
        with as_role("levee_worker" if actor.kind is PrincipalKind.SERVICE else "levee_web"), known_as(actor.id):
            by_rls = set(_selected(witness, world))
            by_scope = _scoped(world, witness, actor)
        for subject in world.subjects:
            tally.note(witness.action, allowed=subject in by_policy)
        if not by_policy == by_scope == by_rls:
            tally.differences.append(
                f"{witness.action} of {witness.model._meta.db_table} in world {world.random}: "
                f"policy {len(by_policy)}, scope {len(by_scope)}, row-level security {len(by_rls)} for {actor}"
            )


def _selected(witness: See, world: PolicyWorld) -> list[UUID]:
    """What plain SQL shows; nothing where the role may not read the table at all."""
    table, column = witness.model._meta.db_table, witness.column
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'select "{column}" from {table} where "{column}" = any(%s)', [world.subjects])
            return [row[0] for row in cursor.fetchall()]
    except ProgrammingError as error:
        if "permission denied" in str(error):
            return []
        raise


def _scoped(world: PolicyWorld, witness: See, actor: Actor) -> set[UUID]:
    """The scope's own answer: asked as the owner, whom row-level security shows every row."""
    with as_role(OWNER[0]):
        rows = witness.model.unscoped.filter(witness.scope(actor), **{f"{witness.column}__in": world.subjects})
        return set(rows.values_list(witness.column, flat=True))


@contextmanager
def known_as(principal: UUID) -> Iterator[None]:
    """Tell PostgreSQL who is asking, as plain SQL would."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('levee.actor', %s, true)", [str(principal)])
        yield
        cursor.execute("select set_config('levee.actor', '', true)")


OWNER = ["levee_owner"]


def _compare_acts(world: PolicyWorld, witness: Do, tally: Tally, rules: Mapping[Action, Rule]) -> None:
    pairs = [(actor, subject) for actor in world.actors for subject in world.subjects]
    for actor, subject in world.random.sample(pairs, min(TRIES_PER_ACT, len(pairs))):
        allowed = isinstance(decide(witness.action, actor, witness.facts(world, actor, subject), rules), Allow)
        tally.note(witness.action, allowed=allowed)
        if _attempted(world, witness, actor, subject) is not allowed:
            tally.differences.append(
                f"{witness.action}: policy {'allows' if allowed else 'denies'}, row-level security does not, capacity "
                f"{world.capacity(actor, subject)}, owner's own {world.owners[subject] == actor.party}, {actor}"
            )


def _attempted(world: PolicyWorld, witness: Do, actor: Actor, subject: UUID) -> bool:
    statement, values = witness.attempt(world, actor, subject)
    role = "levee_worker" if actor.kind is PrincipalKind.SERVICE else witness.role
    try:
        with transaction.atomic(), as_role(role), known_as(actor.id), connection.cursor() as cursor:
            cursor.execute(statement, values)
            touched = cursor.rowcount
            raise _Undo(touched)
    except IntegrityError:
        return True  # past row-level security, which is asked first
    except _Undo as undo:
        return undo.touched == 1
    except DatabaseError as error:
        if "row-level security" in str(error) or "permission denied" in str(error):
            return False
        raise


class _Undo(Exception):
    """Rolls an attempt back and carries how many rows it touched."""

    def __init__(self, touched: int) -> None:
        super().__init__()
        self.touched = touched
