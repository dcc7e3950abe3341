from __future__ import annotations

from levee.ledger import scopes
from levee.ledger.models import Internal, Log, Opening
from levee.policy.actions import Action
from levee.policy.decide import Facts
from policy.witnesses.kind import See, by_owner


def plant_case_logs(world):
    Log.unscoped.bulk_create(Log(id=subject, kind="case", key=subject, link=b"") for subject in world.subjects)
    Opening.unscoped.bulk_create(Opening(entry=world.key(), log=subject, fields="{}") for subject in world.subjects)


def plant_organisation_logs(world):
    logs = {owner: Log(id=world.key(), kind="organisation", key=owner, link=b"") for owner in world.parties}
    Log.unscoped.bulk_create(logs.values())
    Opening.unscoped.bulk_create(
        Opening(entry=subject, log=logs[world.owners[subject]].id, fields="{}") for subject in world.subjects
    )


def plant_internal_log(world):
    Internal.unscoped.bulk_create(
        Internal(position=position, entry=subject, leaf=b"", link=b"")
        for position, subject in enumerate(world.subjects)
    )


WITNESSES = (
    See(
        action=Action.LEDGER_SEE_CASE,
        model=Opening,
        plant=plant_case_logs,
        scope=scopes.openings,
        column="log",
    ),
    See(
        action=Action.LEDGER_SEE_ORGANISATION,
        model=Opening,
        plant=plant_organisation_logs,
        scope=scopes.openings,
        column="entry",
        facts=by_owner,
    ),
    See(
        action=Action.LEDGER_SEE_INTERNAL,
        model=Internal,
        plant=plant_internal_log,
        scope=scopes.internal,
        column="entry",
        facts=lambda _world, _actor, _subject: Facts(),
    ),
)
