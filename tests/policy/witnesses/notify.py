from __future__ import annotations

from uuid import UUID

from levee.kernel.sides import Side
from levee.notify import scopes
from levee.notify.models import Letter
from levee.notify.services import DELIVER
from levee.platform.models import Run
from levee.policy.actions import Action
from levee.policy.actors import PrincipalKind
from levee.policy.decide import Facts
from policy.witnesses.kind import Do, See
from policy.worlds import THEN


def plant(world):
    Letter.unscoped.bulk_create(
        Letter(id=each, address="a@example.org", locator="l", queued_at=THEN) for each in world.subjects
    )


def of_the_house(_world, _actor, _subject):
    """Letters belong to nobody: role and house decide."""
    return Facts()


def queue(world, _actor, _subject):
    return (
        "insert into notify_letter (id, address, locator, code, queued_at) values (%s, 'a', 'l', '', %s)",
        [world.key(), THEN],
    )


def letter_of(run):
    return UUID(int=run.id.int ^ 1)


def runs_of(world):
    return [actor for actor in world.actors if actor.kind is PrincipalKind.SERVICE]


def side_of_run(world, run):
    """Every second run is the operators'."""
    return list(Side)[runs_of(world).index(run) % 2]


def delivers(side):
    def says(world, actor, _subject):
        return actor.kind is PrincipalKind.SERVICE and side_of_run(world, actor) is side

    return says


def plant_deliveries(world):
    """Every run delivers a letter of its own, with a second one beside it that nobody delivers."""
    runs = runs_of(world)
    for run in runs:
        side = side_of_run(world, run)
        Run.unscoped.filter(id=run.id).update(kind=DELIVER[side], side=side, subject=letter_of(run))
    Letter.unscoped.bulk_create(
        Letter(id=key, address="a", locator="l", queued_at=THEN)
        for run in runs
        for key in (letter_of(run), UUID(int=run.id.int ^ 2))
    )


def deliver(number):
    def attempt(_world, actor, _subject):
        return "update notify_letter set sent_at = now() where id = %s", [UUID(int=actor.id.int ^ number)]

    return attempt


def look(number):
    def attempt(_world, actor, _subject):
        return "select from notify_letter where id = %s", [UUID(int=actor.id.int ^ number)]

    return attempt


WITNESSES = (
    Do(plant=plant_deliveries, attempt=look(1), says=delivers(Side.OPERATORS), side=Side.OPERATORS),
    Do(plant=plant_deliveries, attempt=look(2), says=lambda _world, _actor, _subject: False, side=Side.OPERATORS),
    See(action=Action.OUTBOX_SEE, model=Letter, plant=plant, scope=scopes.visible, facts=of_the_house),
    *(
        witness
        for side in Side
        for witness in (
            Do(attempt=queue, says=lambda _world, _actor, _subject: True, side=side),
            Do(plant=plant_deliveries, attempt=deliver(1), says=delivers(side), side=side),
            Do(plant=plant_deliveries, attempt=deliver(2), says=lambda _world, _actor, _subject: False, side=side),
        )
    ),
)
