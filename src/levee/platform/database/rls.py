"""Row-level security, written in migrations: forced on every table that holds what not everyone may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

from levee.platform.database.roles import DbRole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.migrations.operations.base import Operation

MEMBERS = (DbRole.WEB, DbRole.WORKER)
"""What the clearinghouse's pages and its jobs connect as; tables of findings, cases and fixes are granted to these."""
OPERATOR_PAGES = DbRole.OPERATOR
OPERATOR_JOBS = DbRole.MATCHER
"""What the operators' pages and their jobs connect as; tables of inventory, feeds and exposure are granted to these."""
OPERATORS = (OPERATOR_PAGES, OPERATOR_JOBS)
BOTH_SIDES = (*MEMBERS, *OPERATORS)
GRANT_COLUMNS = "let_in_id, let_in_party, let_in_to, let_in_as, let_in_since, let_in_until"


def granted(column: str, *capacities: str) -> str:
    """SQL: the subject in `column` is one that the actor's party was let in to, in one of these capacities.

    Looked up for each row by itself, so that what reads a few rows looks up a few grants, however many the party has.
    `offset 0` keeps the planner from reading all of the party's grants for each query instead: it takes every party to
    have as many as the average one, and the clearinghouse has most of them. The grants' columns are renamed, so that
    no column of the row is taken for one of theirs.
    """
    among = ", ".join(f"'{capacity}'" for capacity in capacities)
    return (
        f"exists (select from access_grant as let_in({GRANT_COLUMNS}) "
        f"where let_in_to = {column} and let_in_party = (select levee_party()) and let_in_until is null "
        f"and let_in_as in ({among}) offset 0)"
    )


def own(column: str) -> str:
    """SQL: the row belongs to the actor's own organisation, and the actor may see content."""
    return f"{column} = (select levee_party())"


def protect(  # one table's whole protection, readable in one place
    table: str,
    *,
    see: str,
    add: str | None = None,
    change: str | None = None,
    remove: str | None = None,
    grants: Mapping[DbRole, str],
    to: Sequence[DbRole] = (),
) -> list[Operation]:
    """Force row-level security on a table.

    Args:
        table: its name.
        see: SQL condition on a row for select.
        add: the same for insert; None, here and below, forbids the verb.
        change: the same for update, on the row before and after.
        remove: the same for delete.
        grants: role to privileges, such as `{DbRole.WEB: "select, insert"}`; every other role has none.
        to: the roles that the conditions bind; a role outside of it sees no row. None named: those of the sides that
            something is granted to.

    Returns:
        Migration operations, the owner's policy among them, so that data migrations see rows.
    """
    roles = ", ".join(to or _sides(grants))
    rules = [
        f"create policy {table}_owner on {table} to current_user using (true) with check (true)",
        f"create policy {table}_see on {table} for select to {roles} using ({see})",
    ]
    if add is not None:
        rules.append(f"create policy {table}_add on {table} for insert to {roles} with check ({add})")
    if change is not None:
        rules.append(
            f"create policy {table}_change on {table} for update to {roles} using ({change}) with check ({change})"
        )
    if remove is not None:
        rules.append(f"create policy {table}_remove on {table} for delete to {roles} using ({remove})")
    return [
        run(f"alter table {table} enable row level security"),
        run(f"alter table {table} force row level security"),
        *(run(rule) for rule in rules),
        *_granted(table, grants),
    ]


def _sides(grants: Mapping[DbRole, str]) -> Sequence[DbRole]:
    return [role for side in (MEMBERS, OPERATORS) for role in side if grants.keys() & set(side)] or MEMBERS


def share(table: str, *, grants: Mapping[DbRole, str]) -> list[Operation]:
    """Let the operators' roles come to a table under the conditions that bind the clearinghouse's."""
    return [_bind(table, BOTH_SIDES), *_granted(table, grants)]


def hand_over(table: str, *, grants: Mapping[DbRole, str]) -> list[Operation]:
    """Give a table with its conditions to the operators' roles, and take it from the clearinghouse's."""
    return [_bind(table, OPERATORS), run(f"revoke all on {table} from {', '.join(MEMBERS)}"), *_granted(table, grants)]


def _bind(table: str, roles: Sequence[DbRole]) -> Operation:
    before = ", ".join(MEMBERS)
    return run(
        "do $$ declare name text; begin "  # noqa: S608 - names of this code
        f"for name in select policyname from pg_policies where tablename = '{table}' "
        f"and roles && '{{{before}}}'::name[] loop "
        f"execute format('alter policy %I on {table} to {', '.join(roles)}', name); "
        "end loop; end $$"
    )


def _granted(table: str, grants: Mapping[DbRole, str]) -> list[Operation]:
    return [run(f"grant {privileges} on {table} to {role}") for role, privileges in grants.items()]


def also(
    table: str, role: DbRole, *, see: str = "false", add: str | None = None, change: str | None = None
) -> list[Operation]:
    """Further policies for one role, named after it (`ledger` sees what `web` does not)."""
    short = role.removeprefix("levee_")
    rules = [f"create policy {table}_see_{short} on {table} for select to {role} using ({see})"]
    if add is not None:
        rules.append(f"create policy {table}_add_{short} on {table} for insert to {role} with check ({add})")
    if change is not None:
        rules.append(
            f"create policy {table}_change_{short} on {table} for update to {role} using ({change}) "
            f"with check ({change})"
        )
    return [run(rule) for rule in rules]


def noted(table: str, event: str, function: str, told: str) -> Operation:
    """Let a function of the owner's note each statement that adds rows to a table, or changes some.

    Args:
        table: its name.
        event: `insert` or `update`.
        function: the trigger's function, which gets `told`.
        told: SQL over the rows as they are now, `rows`, and of an update as they were, `before`.
    """
    before = " old table as before" if event == "update" else ""
    quoted = told.replace("'", "''")
    return run(
        f"create trigger {table}_{event}_noted after {event} on {table} referencing new table as rows{before} "
        f"for each statement execute function {function}('{quoted}')"
    )


def run(statement: str) -> Operation:
    """One statement that is not undone: Levee migrates forward only."""
    return migrations.RunSQL(statement, migrations.RunSQL.noop)
