"""Runs: whoever works may ask for more work, and only a run knows what it is about."""

from __future__ import annotations

from policy.witnesses.kind import Do
from policy.worlds import THEN


def runs(world):
    return [actor for actor in world.actors if actor.kind == "service"]


def see_run(world, _actor, subject):
    return "select from platform_run where id = %s", [runs(world)[world.subjects.index(subject)].id]


def add_run(world, actor, subject):
    return (
        "insert into platform_run (id, kind, subject, party, enqueued_at, attempts, failure) "
        "values (%s, 'test', %s, %s, %s, 0, '')",
        [world.key(), subject, actor.party, THEN],
    )


def change_run(world, _actor, subject):
    return "update platform_run set attempts = 1 where id = %s", [runs(world)[world.subjects.index(subject)].id]


def is_itself(world, actor, subject):
    return runs(world)[world.subjects.index(subject)].id == actor.id


WITNESSES = (
    Do(attempt=see_run, says=is_itself),
    Do(attempt=add_run, says=lambda _world, _actor, _subject: True),
    Do(attempt=change_run, says=is_itself),
)
