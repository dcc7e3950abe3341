from __future__ import annotations

from levee.house import scopes
from levee.house.models import Setting
from levee.policy.actions import Action
from policy.witnesses.kind import Do, See, by_owner
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


def never(_world, _actor, _subject):
    return False


WITNESSES = (
    See(action=Action.SETTING_SEE, model=Setting, plant=plant, scope=scopes.settings, facts=by_owner),
    Do(action=Action.SETTING_CHANGE, attempt=choose, facts=by_owner),
    Do(attempt=choose_as_another, says=never),
)
