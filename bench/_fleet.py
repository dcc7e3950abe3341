"""A fleet of operators with inventories, written by SQL, and what an advisory reaches in it, asked by SQL alone."""

# ruff: noqa: S608, SLF001 - statements of the benchmark's own making, over columns that the models name

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model

OLD, FIXED = "1.0.3", "1.2.0"
SPREAD = 20_000
SINCE = "timestamptz '2026-11-01'"


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """So many operators with so many components each.

    Attributes:
        rounds: packages `bench-0` … that `reach` operators each have in an old version, and as many in the fixed one.
    """

    operators: int
    components: int
    rounds: int
    reach: int

    def write(self, conninfo: str) -> None:
        """Write it as the owner: every operator has `bench-all`, and the rest from a wide choice."""
        from levee.access.models import Party
        from levee.formats.versions import sort_key
        from levee.identity.models import Organisation
        from levee.inventory.models import Asset, Component, Inventory

        old, fixed = (f"'\\x{(sort_key('semver', each) or b'').hex()}'::bytea" for each in (OLD, FIXED))
        operators = f"generate_series(0, {self.operators - 1}) as o (n)"
        with psycopg.connect(conninfo) as connection:
            connection.execute("set synchronous_commit = off")
            fill(connection, Party, operators, id=key("o", "n"), kind="'operator'", standing="'joined'")
            fill(
                connection,
                Organisation,
                operators,
                id=key("o", "n"),
                name="'Operator ' || n",
                terms_version="'2026-11'",
                contact="'it' || n || '@operator.example'",
            )
            fill(
                connection,
                Inventory,
                operators,
                id=key("i", "n"),
                organisation=key("o", "n"),
                name="'office'",
                last_import=key("i", "n"),
                imported_at=SINCE,
            )
            fill(
                connection,
                Asset,
                operators,
                id=key("a", "n"),
                organisation=key("o", "n"),
                inventory=key("i", "n"),
                name="'server-1'",
                owner="'us'",
                criticality="'medium'",
                exposure="'yes'",
                exposure_source="'bench'",
                exposure_at=SINCE,
            )
            count = self.operators
            stride = max(1, count // max(1, self.rounds))
            turns = f"generate_series(0, {self.rounds - 1}) as r (r), generate_series(0, {self.reach - 1}) as j (j)"
            share = f"{operators}, generate_series(1, {self.components - 2}) as c (k)"
            sources = (  # each one's share of the wide choice, what all have, and for each round some with and without
                f"select n, 'pkg-' || ((n * 7919 + k * 104729) % {SPREAD}), '{OLD}', {old} from {share}",
                f"select n, 'bench-all', '{OLD}', {old} from {operators}",
                f"select (r * {stride} + j) % {count}, 'bench-' || r, '{OLD}', {old} from {turns}",
                f"select (r * {stride} + {self.reach} + j) % {count}, 'bench-' || r, '{FIXED}', {fixed} from {turns}",
            )
            for source in sources:
                fill(
                    connection,
                    Component,
                    f"({source}) as s (n, package, version, key)",
                    id="gen_random_uuid()",
                    organisation=key("o", "s.n"),
                    inventory=key("i", "s.n"),
                    asset=key("a", "s.n"),
                    place="'row'",
                    stated="s.package || ' ' || s.version",
                    purl="'pkg:npm/' || s.package",
                    ecosystem="'npm'",
                    name="s.package",
                    version="s.version",
                    key="s.key",
                    since=SINCE,
                )
            connection.commit()
            connection.autocommit = True
            connection.execute("vacuum analyze inventory_component")
            connection.execute("analyze")


def key(kind: str, number: str) -> str:
    """SQL for a key that follows from a kind and a number."""
    return f"md5('{kind}' || {number})::uuid"


def fill(connection: psycopg.Connection, model: type[Model], source: str, **varying: str) -> None:
    """Insert a row for each of a source's: SQL for what varies, and the model's defaults for the rest."""
    from django.db import connection as django_connection

    columns, chosen, values = [], [], []
    for field in model._meta.concrete_fields:
        columns.append(f'"{field.column}"')
        if field.name in varying:
            chosen.append(varying[field.name])
        else:
            chosen.append(f"%s::{field.db_type(django_connection)}")
            default: Any = field.get_default()
            if isinstance(default, dict):
                default = psycopg.types.json.Json(default)
            values.append(default)
    connection.execute(
        f"insert into {model._meta.db_table} ({', '.join(columns)}) "
        f"select {', '.join(chosen)} from {source.replace('%', '%%')}",
        values,
    )


def affected(conninfo: str, package: str) -> Mapping[str, str]:
    """Address by organisation of those that have the old version of a package: what is true, asked without Levee."""
    with psycopg.connect(conninfo) as connection:
        rows = connection.execute(
            "select o.id::text, o.contact from identity_organisation o where exists (select from inventory_component c "
            "where c.organisation = o.id and c.name = %s and c.version = %s and c.gone_at is null)",
            [package, OLD],
        ).fetchall()
    return dict(rows)
