"""Runs: whoever works may ask for more work, and only a run knows what it is about."""

from __future__ import annotations

from levee.kernel.sides import Side
from levee.platform.models import Run
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


def every_second(world):
    """Every second run is the operators'."""
    Run.unscoped.filter(id__in=[run.id for run in runs(world)[1::2]]).update(side=Side.OPERATORS)


def is_itself_on(side):
    def says(world, actor, subject):
        place = world.subjects.index(subject)
        return runs(world)[place].id == actor.id and list(Side)[place % 2] is side

    return says


WITNESSES = tuple(
    witness
    for side in Side
    for witness in (
        Do(plant=every_second, attempt=see_run, says=is_itself_on(side), side=side),
        Do(attempt=add_run, says=lambda _world, _actor, _subject: True, side=side),
        Do(plant=every_second, attempt=change_run, says=is_itself_on(side), side=side),
    )
)
