from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from levee.kernel.sides import Side
from levee.ledger import scopes
from levee.ledger.models import Anchor, Checkpoint, Entry, Internal, Key, Log, Opening, Subtree
from levee.policy.actions import Action
from levee.policy.actors import Capacity, PrincipalKind, Role
from levee.policy.decide import Facts
from policy.witnesses.kind import Do, See, by_owner, of_the_house, person, sight
from policy.worlds import THEN


def plant_case_logs(world):
    Log.unscoped.bulk_create(Log(id=subject, kind="case", key=subject, link=b"") for subject in world.subjects)
    Opening.unscoped.bulk_create(Opening(entry=world.key(), log=subject, fields="{}") for subject in world.subjects)


def plant_organisation_logs(world):
    logs = {owner: Log(id=UUID(int=owner.int ^ 1), kind="organisation", key=owner, link=b"") for owner in world.parties}
    Log.unscoped.bulk_create(logs.values(), ignore_conflicts=True)
    Opening.unscoped.bulk_create(
        Opening(entry=subject, log=logs[world.owners[subject]].id, fields="{}") for subject in world.subjects
    )


def plant_internal_log(world):
    Internal.unscoped.bulk_create(
        Internal(position=world.seed * 100 + position, entry=subject, leaf=b"", link=b"")
        for position, subject in enumerate(world.subjects)
    )


def audits(actor):
    return of_the_house(actor) and person(actor, Role.AUDITOR)


def proofs(world, actor, subject):
    """Participants, and auditors, who see what proves a log and nothing of what it says."""
    within = world.capacity(actor, subject) not in {None, Capacity.SERVICE}
    return audits(actor) or (sight(actor) and within)


def plant_proofs(world):
    each = world.subjects
    Entry.unscoped.bulk_create(
        Entry(id=world.key(), log=log, position=0, commitments={}, leaf=b"", link=b"") for log in each
    )
    Checkpoint.unscoped.bulk_create(Checkpoint(id=world.key(), log=log, size=1, at=THEN, note="n") for log in each)
    Subtree.unscoped.bulk_create(Subtree(log=log, level=8, place=0, root=b"") for log in each)


def hour(world, subject):
    return THEN + timedelta(hours=world.seed * 100 + world.subjects.index(subject))


def plant_anchors(world):
    Anchor.unscoped.bulk_create(Anchor(hour=hour(world, each), nonce=b"", size=0, root=b"") for each in world.subjects)
    Key.unscoped.bulk_create(Key(text=str(each), since=THEN) for each in world.subjects)


def see_anchor(world, _actor, subject):
    return "select from ledger_anchor where hour = %s", [hour(world, subject)]


def see_key(_world, _actor, subject):
    return "select from ledger_key where text = %s", [str(subject)]


def write(kind, *, forged=False):
    def attempt(world, actor, subject):
        key = world.owners[subject] if kind == "organisation" else subject
        return (
            "insert into ledger_pending (id, log_kind, log_key, actor, fields, salts) "
            "values (%s, %s, %s, %s, '{}', '')",
            [world.key(), kind, key, world.key() if forged else actor.id],
        )

    return attempt


def on_a_case(world, actor, subject):
    return sight(actor) and world.capacity(actor, subject) is not None


def in_public(_world, actor, _subject):
    return of_the_house(actor) or (actor.live and actor.kind is PrincipalKind.SERVICE)


def always(_world, _actor, _subject):
    return True


def never(_world, _actor, _subject):
    return False


WITNESSES = (
    See(model=Log, plant=plant_case_logs, scope=scopes.logs, says=proofs),
    *(
        See(model=model, plant=plant_proofs, scope=scopes.entries, column="log", says=proofs)
        for model in (Entry, Checkpoint, Subtree)
    ),
    Do(plant=plant_anchors, attempt=see_anchor, says=lambda _world, actor, _subject: audits(actor)),
    Do(plant=plant_anchors, attempt=see_key, says=always),
    Do(attempt=write("case"), says=on_a_case),
    Do(attempt=write("organisation"), says=always),
    Do(attempt=write("public"), says=in_public),
    Do(attempt=write("case", forged=True), says=never),
    Do(attempt=write("elsewhere"), says=never),
    Do(attempt=write("organisation"), says=always, side=Side.OPERATORS),
    Do(attempt=write("organisation", forged=True), says=never, side=Side.OPERATORS),
    *(Do(attempt=write(kind), says=never, side=Side.OPERATORS) for kind in ("case", "public", "elsewhere")),
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
