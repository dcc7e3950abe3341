from __future__ import annotations

from levee.house import scopes
from levee.house.models import Closing, Handover, Setting, Shift
from levee.policy.actions import Action
from levee.policy.actors import PrincipalKind
from levee.policy.decide import Facts
from policy.witnesses.kind import Do, See, by_owner, sight
from policy.worlds import THEN


def plant(world):
    Setting.unscoped.bulk_create(
        Setting(id=each, house=owner, name="n", value="v", because="b", by=owner, at=THEN)
        for each, owner in world.owners.items()
    )


def choose(world, actor, subject):
    return (
        'insert into house_setting (id, house, name, value, because, "by", at) values (%s, %s, %s, %s, %s, %s, %s)',
        [world.key(), world.owners[subject], "n", "v", "b", actor.id, THEN],
    )


def choose_as_another(world, actor, subject):
    statement, values = choose(world, actor, subject)
    return statement, [*values[:5], world.key(), values[6]]


def plant_closings(world):
    Closing.unscoped.bulk_create(
        Closing(id=each, house=owner, kind="weekday", zone="UTC", because="b", weekday=6, by=owner, at=THEN)
        for each, owner in world.owners.items()
    )


def close(world, actor, subject):
    return (
        'insert into house_closing (id, house, kind, zone, because, weekday, "by", at) '
        "values (%s, %s, 'weekday', 'UTC', 'b', 6, %s, %s)",
        [world.key(), world.owners[subject], actor.id, THEN],
    )


def close_as_another(world, actor, subject):
    statement, values = close(world, actor, subject)
    return statement, [*values[:2], world.key(), values[3]]


def open_again(_world, _actor, subject):
    return "update house_closing set ended_at = now() where id = %s", [subject]


def everyones(_world, _actor, _subject):
    return Facts()


def plant_duty(world):
    Shift.unscoped.bulk_create(
        Shift(id=each, house=owner, person=owner, start=THEN, end=THEN, by=owner, at=THEN)
        for each, owner in world.owners.items()
    )
    Handover.unscoped.bulk_create(
        Handover(id=each, house=owner, by=owner, note="n", at=THEN) for each, owner in world.owners.items()
    )


def plan(world, actor, subject):
    return (
        'insert into house_shift (id, house, person, address, start, "end", "by", at) '
        "values (%s, %s, %s, '', %s, %s, %s, %s)",
        [world.key(), world.owners[subject], world.key(), THEN, THEN, actor.id, THEN],
    )


def plan_as_another(world, actor, subject):
    statement, values = plan(world, actor, subject)
    return statement, [*values[:5], world.key(), values[6]]


def end_shift(_world, _actor, subject):
    return "update house_shift set ended_at = now() where id = %s", [subject]


def leave(world, actor, subject):
    return (
        'insert into house_handover (id, house, "by", note, cursor, at) values (%s, %s, %s, %s, %s, %s)',
        [world.key(), world.owners[subject], actor.id, "n", "", THEN],
    )


def leave_as_another(world, actor, subject):
    statement, values = leave(world, actor, subject)
    return statement, [*values[:2], world.key(), *values[3:]]


def reads_notes(world, actor, subject):
    return sight(actor) and actor.kind is not PrincipalKind.SERVICE and world.owners[subject] == actor.party


def never(_world, _actor, _subject):
    return False


WITNESSES = (
    See(action=Action.SETTING_SEE, model=Setting, plant=plant, scope=scopes.settings, facts=by_owner),
    Do(action=Action.SETTING_CHANGE, attempt=choose, facts=by_owner),
    Do(attempt=choose_as_another, says=never),
    See(action=Action.CALENDAR_SEE, model=Closing, plant=plant_closings, scope=scopes.closings, facts=everyones),
    Do(action=Action.CALENDAR_KEEP, attempt=close, facts=by_owner),
    Do(action=Action.CALENDAR_KEEP, plant=plant_closings, attempt=open_again, facts=by_owner),
    Do(attempt=close_as_another, says=never),
    See(action=Action.DUTY_SEE, model=Shift, plant=plant_duty, scope=scopes.duty, facts=by_owner),
    See(model=Handover, plant=plant_duty, scope=scopes.handovers, says=reads_notes),
    Do(action=Action.DUTY_KEEP, attempt=plan, facts=by_owner),
    Do(action=Action.DUTY_KEEP, plant=plant_duty, attempt=end_shift, facts=by_owner),
    Do(action=Action.DUTY_KEEP, attempt=leave, facts=by_owner),
    Do(attempt=plan_as_another, says=never),
    Do(attempt=leave_as_another, says=never),
)
