from __future__ import annotations

from levee.advisories import scopes
from levee.advisories.models import Advisory
from levee.policy.actions import Action
from levee.policy.actors import Capacity, PrincipalKind
from policy.witnesses.kind import Do, See
from policy.worlds import THEN


def plant(world):
    Advisory.unscoped.bulk_create(
        Advisory(
            id=world.key(),
            case=each,
            name="LVE-2026-AAAAAAAA",
            title="t",
            summary="s",
            osv="{}",
            csaf="{}",
            state="publishing",
            decided_at=THEN,
        )
        for each in world.subjects
    )


def publish(world, _actor, subject):
    return (
        'with free as (select %s::uuid as c) insert into advisories_advisory (id, "case", name, title, summary, osv, '
        "csaf, state, decided_at) select %s, c, 'n', 't', 's', '', '', 'publishing', %s from free",
        [subject, world.key(), THEN],
    )


def show(_world, _actor, subject):
    return "update advisories_advisory set state = 'published' where \"case\" = %s", [subject]


def is_run_of_owner(world, actor, subject):
    owns = world.capacity(actor, subject) is Capacity.OWNER
    return actor.live and actor.kind is PrincipalKind.SERVICE and owns


WITNESSES = (
    Do(plant=plant, attempt=show, says=is_run_of_owner),
    See(action=Action.ADVISORY_SEE, model=Advisory, plant=plant, scope=scopes.visible, column="case"),
    Do(action=Action.ADVISORY_PUBLISH, attempt=publish),
)
