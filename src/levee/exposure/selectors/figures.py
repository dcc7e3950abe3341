"""The board's figures: what is due, how it went week by week, who has to act, who says so."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max

from levee.exposure import scopes, types
from levee.exposure.actions.states import DUE, State, Verb, leads_to
from levee.exposure.models import Known, Match, Step, Todo
from levee.inventory.types import Owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.policy.actors import Actor

WEEKS = 12
SOURCES = 8
WEEK = timedelta(days=7)
_WHO = re.compile(r"-| (?=\S*\d)")
SHOWN = (State.OPEN, State.CLAIMED, State.CONFIRMED)


def figures(actor: Actor, now: datetime) -> types.Board:
    """All of it, for an act that has begun."""
    mine = Todo.unscoped.filter(scopes.visible(actor))
    standing = mine.filter(state__in=DUE)
    steps = Step.unscoped.filter(scopes.visible(actor)).order_by("at", "id").values_list("action", "at", "verb")
    matches = Match.unscoped.filter(scopes.visible(actor), ended_at=None, excuse__isnull=True)
    known = Known.unscoped.filter(scopes.known(actor)).aggregate(at=Max("learnt_at"))
    return types.Board(
        due=due(standing.values_list("strictness", "timeline__band", "due_at"), now),
        weeks=weeks(steps.iterator(), now),
        owners=owners(standing.values_list("owner", "owner_name")),
        sources=sources(
            (record, action)
            for record, action in matches.values_list("explanation__record", "action").distinct()
            if action
        ),
        learnt_at=known["at"],
    )


def due(rows: Iterable[tuple[int, dict[str, object], datetime | None]], now: datetime) -> tuple[types.Due, ...]:
    """How many actions stand in each band, the most pressing band first.

    Args:
        rows: of each action: a sort key of its band, the band as kept, its date.
        now: what is due before is overdue.
    """
    counted: Counter[int] = Counter()
    late: Counter[int] = Counter()
    bands: dict[int, dict[str, object]] = {}
    for strictness, band, at in rows:
        bands[strictness] = band
        counted[strictness] += 1
        late[strictness] += at is not None and at < now
    return tuple(
        types.Due(
            days=_days(bands[strictness].get("days")),
            forensics=bool(bands[strictness].get("forensics")),
            count=counted[strictness],
            overdue=late[strictness],
        )
        for strictness in sorted(bands)
    )


def weeks(steps: Iterable[tuple[UUID, datetime, str]], now: datetime) -> tuple[types.Week, ...]:
    """How many actions stood where at the end of each of the last twelve weeks, the last of which is now.

    Args:
        steps: of each step its action, instant and verb, in the order of time.
        now: the last week's end.
    """
    ends = [now - WEEK * back for back in reversed(range(WEEKS))]
    stands: dict[UUID, State] = {}
    found: list[types.Week] = []
    for action, at, verb in steps:
        while len(found) < WEEKS and at > ends[len(found)]:
            found.append(_week(ends[len(found)], stands.values()))
        stands[action] = leads_to(Verb(verb)) or stands[action]
    while len(found) < WEEKS:
        found.append(_week(ends[len(found)], stands.values()))
    return tuple(found)


def _week(ends_at: datetime, states: Iterable[State]) -> types.Week:
    counted = Counter(states)
    return types.Week(ends_at=ends_at, **{state.value: counted[state] for state in SHOWN})


def owners(rows: Iterable[tuple[str, str]]) -> tuple[types.Share, ...]:
    """How many actions wait for whom, the most first."""
    counted = Counter("" if owner == Owner.US else name for owner, name in rows)
    return tuple(
        types.Share(name=name, count=count)
        for name, count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    )


def sources(rows: Iterable[tuple[str, UUID]]) -> tuple[types.Share, ...]:
    """How many actions rest on whose word, told by how it is named: `GHSA` of `GHSA-…`, `Nessus` of `Nessus 290001`."""
    told: dict[str, set[UUID]] = defaultdict(set)
    for record, action in rows:
        told[_WHO.split(record, 1)[0].strip()].add(action)
    ranked: Sequence[tuple[str, set[UUID]]] = sorted(told.items(), key=lambda each: (-len(each[1]), each[0]))
    return tuple(types.Share(name=name, count=len(actions)) for name, actions in ranked[:SOURCES])


def _days(value: object) -> int | None:
    return value if isinstance(value, int) else None
