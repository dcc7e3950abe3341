"""The tables and assumptions in force for an operator: what it chose, unless a table binds it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.exposure import scopes
from levee.exposure.models import OwnTable
from levee.exposure.priority.reading import read_rows
from levee.exposure.priority.regimes import Choice, regime
from levee.exposure.priority.shipped import shipped
from levee.exposure.priority.tables import Table
from levee.platform.database.asking import ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.exposure.priority.regimes import Regime
    from levee.policy.actors import Actor


_IN_FORCE = """
select levee_party_kind(), exists (select from exposure_own_table t where t.organisation = %(party)s),
    (select jsonb_build_object('table', p.table, 'plant_table', p.plant_table, 'assumed', p.assumed,
        'active_as_kev', p.active_as_kev)
    from exposure_policy p where p.organisation = %(party)s order by p.at desc, p.id desc limit 1)
"""
"""All that is asked of an operator before it is dated, in one question: ten thousand are dated at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What an organisation's dates follow from.

    Attributes:
        kind: of the organisation, such as `agency`; empty for a stranger.
        choice: what it chose; the default where it chose nothing.
        tables: every table that it may choose, by key.
    """

    kind: str
    choice: Choice
    tables: Mapping[str, Table]

    @property
    def regime(self) -> Regime:
        """The tables and assumptions that follow."""
        return regime(self.kind, self.choice, self.tables)


def in_force(actor: Actor) -> InForce:
    """What is in force for the actor's organisation, in an act that has begun."""
    ((kind, has_tables, chosen),) = ask(_IN_FORCE, {"party": actor.party})
    return InForce(
        kind=kind or "",
        choice=Choice(**json.loads(chosen)) if chosen else Choice(),
        tables=tables_of(actor) if has_tables else shipped(),
    )


def tables_of(actor: Actor) -> Mapping[str, Table]:
    """Every table that the organisation may choose, by key; of its own ones the newest version of each."""
    mine = OwnTable.unscoped.filter(scopes.visible(actor)).order_by("name", "version")
    return {**shipped(), **{table.key: table for table in map(own_table, mine)}}


def own_table(row: OwnTable) -> Table:
    """A table of the organisation's own, from its row."""
    inputs, rows = read_rows(row.csv.encode())
    return Table(
        key=f"own:{row.name}",
        version=str(row.version),
        name=row.name,
        title=row.name,
        source=f"your own table, version {row.version} of {row.at:%Y-%m-%d}",
        inputs=inputs,
        rows=rows,
    )
