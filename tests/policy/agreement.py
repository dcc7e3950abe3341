"""Asking the three forms of the policy the same question, and naming every world in which they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from itertools import chain
from pathlib import Path
from random import Random
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import transaction
from django.db.models import Q

from levee.identity.consents import ACTING
from levee.policy.actions import Action
from levee.policy.actors import Actor
from levee.policy.decide import RULES, Allow, Rule, decide
from policy import asking, worlds
from policy.asking import Question, name_of, role_of
from policy.witnesses.kind import Do, See
from policy.worlds import PolicyWorld
from support.database import as_role

_T = TypeVar("_T")

ACTORS_PER_SIGHT = 4
TRIES_PER_ACT = 4


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
    """How often each action was allowed and denied."""

    allows: Counter[Action | None] = field(default_factory=Counter)
    denies: Counter[Action | None] = field(default_factory=Counter)

    def note(self, action: Action | None, *, allowed: bool) -> None:
        (self.allows if allowed else self.denies)[action] += 1


def planted(seed: int, asked: Iterable[See | Do], owner_role: str) -> PolicyWorld:
    """Draw a world and commit its rows."""
    world = worlds.draw(seed)
    with transaction.atomic(), as_role(owner_role):
        worlds.write(world)
        for plant in dict.fromkeys(witness.plant for witness in asked):
            plant(world)
    return world


def allowed(rules: Mapping[Action, Rule], witness: See | Do, world: PolicyWorld, actor: Actor, subject: UUID) -> bool:
    """What the policy says, from the world alone."""
    if witness.says is not None:
        return witness.says(world, actor, subject)
    if witness.action is None:
        message = f"{witness} names neither a row of the policy nor what holds"
        raise ValueError(message)
    return isinstance(decide(witness.action, actor, witness.facts(world, actor, subject), rules), Allow)


def chosen(world: PolicyWorld, witness: See | Do, every: Sequence[_T], most: int) -> list[_T]:
    """Some of them, the same ones each time."""
    return Random(f"{world.seed} {witness.action}").sample(every, min(most, len(every)))


def named(witness: See | Do) -> str:
    """What a witness is about, for people."""
    about = witness.model._meta.db_table if isinstance(witness, See) else witness.attempt.__qualname__
    return f"{witness.action or 'seeing or doing'} ({about})"


def stand_ins(world: PolicyWorld, witness: See | Do) -> list[Actor]:
    """Those who stand in for an organisation, where the action is one that a consent can cover."""
    return world.stand_ins if witness.action in ACTING else []


@dataclass(frozen=True)
class Sight:
    """One witness of seeing in one world: the questions for PostgreSQL."""

    world: PolicyWorld
    witness: See
    owner_role: str
    most: int = ACTORS_PER_SIGHT

    @cached_property
    def actors(self) -> list[Actor]:
        """Who is asked about."""
        asked = chosen(self.world, self.witness, self.world.actors, self.most)
        return asked + chosen(self.world, self.witness, stand_ins(self.world, self.witness), self.most)

    @cached_property
    def by_rls(self) -> list[Question]:
        """What plain SQL shows to each actor."""
        table, column = self.witness.model._meta.db_table, self.witness.column
        said = asking.rendered(
            f'select "{column}" from {table} where "{column}" = any(%s::uuid[])',
            [[str(each) for each in self.world.subjects]],
        )
        return [Question(role=role_of(actor, said), actor=name_of(actor), statement=said) for actor in self.actors]

    @cached_property
    def by_scope(self) -> list[Question]:
        """What the scope shows: asked as the owner, whom row-level security shows every row."""
        return [] if self.witness.scope is None else self.by(self.witness.scope)

    def by(self, scope: Callable[[Actor], Q]) -> list[Question]:
        """The same for any scope."""
        return [Question(role=self.owner_role, actor="", statement=self._scoped(scope(each))) for each in self.actors]

    def _scoped(self, scope: Q) -> str:
        model, column = self.witness.model, self.witness.column
        rows = model.unscoped.filter(scope, **{f"{column}__in": self.world.subjects})
        try:
            return asking.rendered(*rows.values_list(column).query.sql_with_params())
        except EmptyResultSet:
            return "select null::uuid where false"

    def by_policy(self, rules: Mapping[Action, Rule] = RULES) -> list[frozenset[UUID]]:
        """What the policy allows each actor to see."""
        return [
            frozenset(each for each in self.world.subjects if allowed(rules, self.witness, self.world, actor, each))
            for actor in self.actors
        ]


@dataclass(frozen=True)
class Trial:
    """Tries of one witness of doing in one world, the same ones each time."""

    world: PolicyWorld
    witness: Do
    most: int = TRIES_PER_ACT

    @cached_property
    def pairs(self) -> list[tuple[Actor, UUID]]:
        """Who tries it on what."""
        asked = [(actor, subject) for actor in self.world.actors for subject in self.world.subjects]
        tries = chosen(self.world, self.witness, asked, self.most)
        stood_in = [
            (actor, subject) for actor in stand_ins(self.world, self.witness) for subject in self.world.subjects
        ]
        return tries + chosen(self.world, self.witness, stood_in, self.most)

    @cached_property
    def by_rls(self) -> list[Question]:
        """The attempts."""
        return [self._tried(actor, subject) for actor, subject in self.pairs]

    def _tried(self, actor: Actor, subject: UUID) -> Question:
        statement = asking.rendered(*self.witness.attempt(self.world, actor, subject))
        return Question(role=role_of(actor, statement, self.witness.side), actor=name_of(actor), statement=statement)

    def by_policy(self, rules: Mapping[Action, Rule] = RULES) -> list[bool]:
        """What the policy says of each."""
        return [allowed(rules, self.witness, self.world, actor, subject) for actor, subject in self.pairs]


def compared(world: PolicyWorld, asked: Iterable[See | Do], owner_role: str, tally: Tally) -> list[str]:
    """Ask all forms in one planted world; a line for each difference."""
    asked = list(asked)
    sights = [Sight(world, each, owner_role) for each in asked if isinstance(each, See)]
    trials = [Trial(world, each) for each in asked if isinstance(each, Do)]
    with transaction.atomic(), as_role(owner_role):
        answers = iter(asking.seen(chain.from_iterable((*sight.by_rls, *sight.by_scope) for sight in sights)))
        outcomes = iter(asking.done(chain.from_iterable(trial.by_rls for trial in trials)))
    differences = []
    for sight in sights:
        shown = [next(answers) for _ in sight.by_rls]
        scoped = [next(answers) for _ in sight.by_scope] or shown
        differences += _of_sight(sight, shown, scoped, tally)
    for trial in trials:
        differences += _of_trial(trial, [next(outcomes) for _ in trial.pairs], tally)
    return differences


def _of_sight(sight: Sight, shown: list[frozenset[UUID]], scoped: list[frozenset[UUID]], tally: Tally) -> Iterable[str]:
    for actor, by_policy, by_rls, by_scope in zip(sight.actors, sight.by_policy(), shown, scoped, strict=True):
        for subject in sight.world.subjects:
            tally.note(sight.witness.action, allowed=subject in by_policy)
        if not by_policy == by_scope == by_rls:
            yield (
                f"{named(sight.witness)} in world {sight.world.seed}: "
                f"policy {len(by_policy)}, scope {len(by_scope)}, row-level security {len(by_rls)} for {actor}"
            )


def _of_trial(trial: Trial, outcomes: list[bool], tally: Tally) -> Iterable[str]:
    for (actor, subject), by_policy, by_rls in zip(trial.pairs, trial.by_policy(), outcomes, strict=True):
        tally.note(trial.witness.action, allowed=by_policy)
        if by_policy is not by_rls:
            yield (
                f"{named(trial.witness)} in world {trial.world.seed}: policy {'allows' if by_policy else 'denies'}, "
                f"row-level security does not, capacity {trial.world.capacity(actor, subject)}, "
                f"own {trial.world.owners[subject] == actor.party}, {actor}"
            )
