"""The worlds that mutants are tried on: planted once for a subsystem, with what each form answers unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from levee.policy.actions import Action
from levee.policy.actors import Actor
from levee.policy.decide import Facts, Rule
from policy import asking
from policy.agreement import Sight, Trial, planted, witnesses
from policy.witnesses.kind import Do, See
from support.database import as_role

WORLDS = 20
EVERY = 1000


@dataclass(frozen=True)
class Recorded:
    """One world with all its questions; policy, scopes and row-level security agree in it."""

    sights: tuple[Sight, ...]
    trials: tuple[Trial, ...]

    @cached_property
    def seen(self) -> list[list[frozenset[UUID]]]:
        """Per sight and actor, what is to be seen."""
        return [sight.by_policy() for sight in self.sights]

    @cached_property
    def done(self) -> list[list[bool]]:
        """Per trial and try, whether it may be done."""
        return [trial.by_policy() for trial in self.trials]

    def facts(self, action: Action) -> Iterator[Facts]:
        """Every fact that the action's witnesses know here."""
        for each in (*self.sights, *self.trials):
            if each.witness.action is action and each.witness.says is None:
                world = each.world
                pairs = product(world.actors, world.subjects)
                yield from (each.witness.facts(world, actor, subject) for actor, subject in pairs)

    def told_by_policy(self, action: Action, rules: Mapping[Action, Rule]) -> bool:
        """Whether another policy table answers otherwise about an action."""
        return any(
            sight.by_policy(rules) != seen
            for sight, seen in zip(self.sights, self.seen, strict=True)
            if sight.witness.action is action
        ) or any(
            trial.by_policy(rules) != done
            for trial, done in zip(self.trials, self.done, strict=True)
            if trial.witness.action is action
        )

    def told_by_scope(self, instead: Callable[[See], Callable[[Actor], Q] | None]) -> bool:
        """Whether another scope shows otherwise; `instead` names it, or None where the witness is not touched."""
        for sight, seen in zip(self.sights, self.seen, strict=True):
            scope = instead(sight.witness)
            if scope is not None and asking.seen(sight.by(scope)) != seen:
                return True
        return False

    def told_by_rls(self, about: str = "") -> bool:
        """Whether row-level security, as it stands now, answers otherwise where a statement names the table."""
        sights = [(each, seen) for each, seen in zip(self.sights, self.seen, strict=True) if _names(each, about)]
        shown = asking.seen(chain.from_iterable(sight.by_rls for sight, _ in sights))
        if shown != list(chain.from_iterable(seen for _, seen in sights)):
            return True
        trials = [(each, done) for each, done in zip(self.trials, self.done, strict=True) if _names(each, about)]
        outcomes = asking.done(chain.from_iterable(trial.by_rls for trial, _ in trials))
        return outcomes != list(chain.from_iterable(done for _, done in trials))


def _names(asked: Sight | Trial, table: str) -> bool:
    return re.search(rf"\b{table}\b", asked.by_rls[0].statement) is not None


def record(subsystem: str, owner_role: str) -> list[Recorded]:
    """Plant the worlds of a subsystem."""
    asked = witnesses(subsystem)
    with as_role(owner_role):
        asking.prepare()
    made = []
    for seed in range(WORLDS):
        world = planted(seed, asked, owner_role)
        made.append(
            Recorded(
                sights=tuple(Sight(world, each, owner_role, EVERY) for each in asked if isinstance(each, See)),
                trials=tuple(Trial(world, each, EVERY) for each in asked if isinstance(each, Do)),
            )
        )
    return made


def told_with(statement: str, worlds: list[Recorded], owner_role: str, about: str = "") -> bool:
    """Whether any world tells that a statement of the owner was run; nothing of it stays.

    Args:
        statement: what the owner does. worlds: where to look. owner_role: the owner.
        about: a table: only witnesses that name it are asked.
    """
    with as_role(owner_role), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)
        told = any(world.told_by_rls(about) for world in worlds)
        transaction.set_rollback(True)
    return told


def policies(subsystem: str) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Table, name, `using` and `with check` of each policy that binds actors on the subsystem's tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select tablename, policyname, qual, with_check from pg_policies where tablename like %s "
            "and roles && '{levee_web,levee_worker,levee_operator,levee_matcher}'::name[] order by 1, 2",
            [subsystem.replace("_", r"\_") + r"\_%"],
        )
        yield from cursor.fetchall()
