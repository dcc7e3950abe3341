from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import Max

from levee.access.services import demand
from levee.exposure import scopes
from levee.exposure.events import PolicyChanged
from levee.exposure.models import OwnTable, Policy
from levee.exposure.priority.reading import read_rows
from levee.exposure.priority.regimes import read_assumed
from levee.exposure.regime import own_table, tables_of
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from levee.exposure.priority.regimes import Choice
    from levee.exposure.priority.tables import Table
    from levee.policy.actors import Actor

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def choose(actor: Actor, choice: Choice) -> None:
    """Choose the policy tables and what is assumed; every date follows within a minute.

    Args:
        actor: a person of the operator.
        choice: all of it; what binds the organisation stays in force whatever it chooses.

    Raises:
        BadInput: there is no such table, question or answer.
    """
    with acting(actor) as act:
        demand(act, Action.PRIORITY_CHOOSE, of=actor.party)
        known = tables_of(actor)
        for place, key in (("table", choice.table), ("plant_table", choice.plant_table)):
            if key not in known:
                raise BadInput(
                    f"no policy table is called {key[:60]!r}",
                    code="priority.table",
                    place=place,
                    advice=f"one of: {', '.join(known)}",
                )
        row = Policy(
            id=act.new_id(),
            organisation=actor.party,
            table=choice.table,
            plant_table=choice.plant_table,
            assumed=read_assumed(choice.assumed),
            active_as_kev=choice.active_as_kev,
            principal=actor.id,
            at=act.now,
        )
        Policy.unscoped.bulk_create([row])
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.PRIORITY_CHOOSE,
            subject=actor.party,
            fields={"table": choice.table, "plant_table": choice.plant_table, "assumed": row.assumed},
        )
        act.announce(PolicyChanged(subject=actor.party))


def add_table(actor: Actor, data: bytes, *, name: str) -> Table:
    """Add a policy table of the organisation's own, or its next version, which takes the place of the one before.

    Args:
        actor: a person of the operator.
        data: CSV, as `levee.exposure.priority.reading` takes it.
        name: small letters, digits and hyphens.

    Returns:
        The table as it is in force from now on, where it is chosen; its `oddities` are worth a look.

    Raises:
        BadInput: the name or a line cannot be read, lines contradict each other or are missing.
    """
    if not _NAME.fullmatch(name):
        raise BadInput("a table's name has small letters, digits and hyphens, at most 40", place="name")
    read_rows(data)
    with acting(actor) as act:
        demand(act, Action.PRIORITY_CHOOSE, of=actor.party)
        hold(f"policy table {actor.party}")
        mine = OwnTable.unscoped.filter(scopes.visible(actor), name=name)
        row = OwnTable(
            id=act.new_id(),
            organisation=actor.party,
            name=name,
            version=(mine.aggregate(last=Max("version"))["last"] or 0) + 1,
            csv=data.decode("utf-8-sig"),
            principal=actor.id,
            at=act.now,
        )
        OwnTable.unscoped.bulk_create([row])
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.PRIORITY_CHOOSE,
            subject=row.id,
            fields={"own_table": name, "version": row.version},
        )
        act.announce(PolicyChanged(subject=actor.party))
    return own_table(row)
