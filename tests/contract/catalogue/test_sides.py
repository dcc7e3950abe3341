"""Unpublished flaws and who is exposed never share a database role.

What belongs to which side is decided by the subsystem in a name, so that a table of tomorrow is held as well.
"""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection

from levee.kernel.sides import APPS, Side, side_of
from levee.platform.database.roles import DbRole
from support.database import as_role

ROLES = {Side.CLEARINGHOUSE: (DbRole.WEB, DbRole.WORKER), Side.OPERATORS: (DbRole.OPERATOR, DbRole.MATCHER)}
FOR_BOTH = {"access", "house", "identity", "ledger", "notices", "notify", "platform", "web"}
OTHER = {Side.CLEARINGHOUSE: Side.OPERATORS, Side.OPERATORS: Side.CLEARINGHOUSE}
RELATIONS = ["r", "p", "v", "m", "f", "S"]


@pytest.fixture
def ask(db, server):
    def ask(question, *values):
        with as_role(server.owner.user), connection.cursor() as cursor:
            cursor.execute(question, values)
            return cursor.fetchall()

    return ask


def test_every_subsystem_says_on_which_side_it_is():
    ours = {each.label for each in apps.get_app_configs() if each.name.startswith("levee.")}
    assert ours - FOR_BOTH <= APPS[Side.CLEARINGHOUSE] | APPS[Side.OPERATORS]
    assert not APPS[Side.CLEARINGHOUSE] & APPS[Side.OPERATORS]
    assert not FOR_BOTH & (APPS[Side.CLEARINGHOUSE] | APPS[Side.OPERATORS])


def test_every_table_of_a_subsystem_is_named_after_it():
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.app_label
        if model.__module__.startswith("levee.") and model._meta.managed:
            assert model._meta.db_table.startswith(f"{label}_"), model


@pytest.mark.parametrize("side", Side)
def test_a_side_has_no_privilege_on_any_relation_or_column_of_the_other(ask, side):
    rows = ask(
        "with r as materialized (select c.oid, c.relname, c.relkind from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind::text = any(%s)) "
        "select r.relname, role from r, unnest(%s::text[]) as role "
        "where case when r.relkind = 'S' then has_sequence_privilege(role, r.oid, 'usage, select, update') "
        "else has_table_privilege(role, r.oid, 'select, insert, update, delete, truncate, references, trigger') "
        "or has_any_column_privilege(role, r.oid, 'select, insert, update, references') end",
        RELATIONS,
        [str(role) for role in ROLES[side]],
    )
    assert rows
    assert [(table, role) for table, role in rows if side_of(table) is OTHER[side]] == []


@pytest.mark.parametrize("side", Side)
def test_row_level_security_of_a_side_binds_none_but_its_own_roles(ask, side):
    rows = ask("select tablename, policyname, roles::text[] from pg_policies where schemaname = 'public'")
    own = {str(role) for role in ROLES[side]}
    of_pages_and_jobs = {str(role) for roles in ROLES.values() for role in roles}
    bound = [(name, roles) for table, name, roles in rows if side_of(table) is side]
    assert bound
    assert [(name, roles) for name, roles in bound if not set(roles) & of_pages_and_jobs <= own] == []


@pytest.mark.parametrize("side", Side)
def test_no_function_that_a_side_may_call_tells_of_the_other(ask, side):
    """What acts as its owner, and all that it calls, names no table of the other side; or it returns nothing."""
    bodies = dict(
        ask(
            "select p.proname, string_agg(p.prosrc, ' ') from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
            "where n.nspname = 'public' group by 1"
        )
    )
    callable_here = ask(
        "select distinct p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace, "
        "unnest(%s::text[]) as role where n.nspname = 'public' and p.prosecdef and p.prorettype <> 'void'::regtype "
        "and has_function_privilege(role, p.oid, 'execute')",
        [str(role) for role in ROLES[side]],
    )
    assert callable_here
    telling = {
        name: found
        for (name,) in callable_here
        if (found := {word for word in _words(name, bodies) if side_of(word) is OTHER[side] and "_" in word})
    }
    assert telling == {}


def _words(name, bodies):
    """Every word of a function's body and of those that it calls."""
    seen, waiting = set(), [name]
    while waiting:
        words = set(re.findall(r"\w+", bodies[waiting.pop()])) - seen
        seen |= words
        waiting += words & bodies.keys()
    return seen


def test_operators_jobs_read_what_was_published_and_write_none_of_it(ask):
    rows = ask(
        "select c.relname, role, has_table_privilege(role, c.oid, 'select'), "
        "has_table_privilege(role, c.oid, 'insert, update, delete, truncate') from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace, unnest(%s::text[]) as role "
        "where n.nspname = 'published' and c.relkind = 'r'",
        [DbRole.OPERATOR, DbRole.MATCHER],
    )
    assert {table for table, role, reads, _ in rows if reads} >= {"advisory"}
    assert [table for table, _, _, writes in rows if writes] == []


@pytest.mark.parametrize("role", [role for roles in ROLES.values() for role in roles])
def test_no_role_of_a_side_is_or_becomes_another(ask, role):
    rows = ask(
        "select r.rolname from pg_roles r where r.rolname <> %s and r.rolname like 'levee%%' "
        "and pg_has_role(%s, r.oid, 'member')",
        role,
        role,
    )
    assert rows == []
