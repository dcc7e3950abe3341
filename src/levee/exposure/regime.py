"""The tables and assumptions in force for an operator: what it chose, unless a table binds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from levee.exposure import scopes
from levee.exposure.models import OwnTable, Policy
from levee.exposure.priority.reading import read_rows
from levee.exposure.priority.regimes import Choice, regime
from levee.exposure.priority.shipped import shipped
from levee.exposure.priority.tables import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.exposure.priority.regimes import Regime
    from levee.policy.actors import Actor


def regime_of(actor: Actor) -> Regime:
    """What is in force for the actor's organisation, in an act that has begun."""
    return regime(kind_of(), choice_of(actor), tables_of(actor))


def kind_of() -> str:
    """The kind of the organisation that the present act is for, such as `agency`; empty for a stranger."""
    with connection.cursor() as cursor:
        cursor.execute("select levee_party_kind()")
        row = cursor.fetchone()
    return str(row[0] or "") if row else ""


def choice_of(actor: Actor) -> Choice:
    """What the organisation chose; the default where it chose nothing."""
    row = Policy.unscoped.filter(scopes.visible(actor)).order_by("-at", "-id").first()
    if row is None:
        return Choice()
    return Choice(table=row.table, plant_table=row.plant_table, assumed=row.assumed, active_as_kev=row.active_as_kev)


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
