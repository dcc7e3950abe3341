from __future__ import annotations

from levee.fixes import scopes
from levee.fixes.models import Fix
from levee.policy.actions import Action
from policy.witnesses.kind import Do, See
from policy.worlds import THEN


def plant(world):
    Fix.unscoped.bulk_create(
        Fix(
            id=world.key(),
            case=subject,
            kind="upgrade",
            upgrade="2",
            author="a",
            provider=world.owners[subject],
            state="waiting",
            attached_at=THEN,
        )
        for subject in world.subjects
    )


def attach(world, actor, subject):
    return (
        'insert into fixes_fix (id, "case", kind, patch_size, upgrade, note, author, provider, state, level, '
        "proofs_tried, proofs_silent, tests_before, tests_after, detail, attached_at) "
        "values (%s, %s, 'upgrade', 0, '3', '', 'a', %s, 'waiting', -1, 0, 0, -1, -1, '', %s)",
        [world.key(), subject, actor.party, THEN],
    )


def check(_world, _actor, subject):
    return 'update fixes_fix set level = 2 where "case" = %s', [subject]


def attach_for_another(world, actor, subject):
    statement, values = attach(world, actor, subject)
    return statement, [*values[:2], world.key(), *values[3:]]


WITNESSES = (
    Do(attempt=attach_for_another, says=lambda _world, _actor, _subject: False),
    See(action=Action.FIX_SEE, model=Fix, plant=plant, scope=scopes.visible, column="case"),
    Do(action=Action.FIX_ATTACH, attempt=attach),
    Do(action=Action.FIX_RECORD, attempt=check, plant=plant),
)
