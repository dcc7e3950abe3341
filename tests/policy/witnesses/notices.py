from __future__ import annotations

from levee.kernel.sides import Side
from levee.notices.models import Notice
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, Role
from policy.witnesses.kind import Do, by_owner, person
from policy.worlds import THEN


def plant(world):
    Notice.unscoped.bulk_create(
        Notice(id=each, operator=owner, product="p", text="t", label="TLP:AMBER", at=THEN)
        for each, owner in world.owners.items()
    )


def give(world, _actor, subject):
    return (
        "with free as (select %s::uuid as o) insert into notices_notice (id, operator, product, text, label, at) "
        "select %s, o, 'p', 't', 'TLP:AMBER', %s from free",
        [world.owners[subject], world.key(), THEN],
    )


def coordinates(_world, actor, _subject):
    return person(actor, Role.COORDINATOR) and actor.organisation_kind is OrganisationKind.CLEARINGHOUSE


def read(_world, _actor, subject):
    return "select from notices_notice where id = %s", [subject]


def never(_world, _actor, _subject):
    return False


WITNESSES = (
    Do(action=Action.NOTICE_SEE, plant=plant, attempt=read, facts=by_owner, side=Side.OPERATORS),
    Do(plant=plant, attempt=read, says=never, side=Side.CLEARINGHOUSE),
    Do(attempt=give, says=coordinates, side=Side.CLEARINGHOUSE),
    Do(attempt=give, says=never, side=Side.OPERATORS),
)
