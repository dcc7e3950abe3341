"""Asking PostgreSQL the same question as many actors in one round trip, and leaving no trace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from levee.kernel.sides import Side, side_of
from levee.platform.database.roles import DbRole
from levee.policy.actors import Actor, PrincipalKind

# Roles, the actor and whatever was written are put back by the subtransaction that each question ends by raising.
SEEN = """
create function asking.seen(role text, actor text, question text) returns uuid[] language plpgsql as $$
declare found uuid[];
begin
    perform set_config('role', role, true), set_config('levee.actor', split_part(actor, ' ', 1), true),
        set_config('levee.stands_in_for', split_part(actor, ' ', 2), true);
    execute 'select array_agg(distinct answer) from (' || question || ') as asked (answer)' into found;
    raise exception using errcode = 'LV000';
exception
    when sqlstate 'LV000' then return coalesce(found, '{}');
    when insufficient_privilege then return '{}';
end $$
"""
DONE = """
create function asking.done(role text, actor text, attempt text) returns boolean language plpgsql as $$
declare touched bigint;
begin
    perform set_config('role', role, true), set_config('levee.actor', split_part(actor, ' ', 1), true),
        set_config('levee.stands_in_for', split_part(actor, ' ', 2), true);
    execute attempt;
    get diagnostics touched = row_count;
    raise exception using errcode = 'LV000';
exception
    when sqlstate 'LV000' then return touched = 1;
    when insufficient_privilege then return false;
    when integrity_constraint_violation then return true;
end $$
"""


TABLE = re.compile(r"[a-z]+_[a-z_]+")
ROLES = {Side.CLEARINGHOUSE: (DbRole.WEB, DbRole.WORKER), Side.OPERATORS: (DbRole.OPERATOR, DbRole.MATCHER)}


def name_of(actor: Actor) -> str:
    """How the functions above are told who asks: its key, and for whom it stands in."""
    return f"{actor.id} {actor.party}" if actor.stands_in else str(actor.id)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One statement asked as one role and, for row-level security, as one actor."""

    role: str
    actor: str
    statement: str


def prepare() -> None:
    """Make both functions; called once in a database of the test's own, as its owner."""
    with connection.cursor() as cursor:
        cursor.execute("create schema asking")
        cursor.execute("grant usage on schema asking to public")
        cursor.execute(SEEN)
        cursor.execute(DONE)


def role_of(actor: Actor, statement: str, side: Side | None = None) -> str:
    """The database role of the process that an actor's requests come in by.

    Args:
        actor: a run comes by a worker.
        statement: the tables that it names say on which side.
        side: whose process it is, where the tables serve both.
    """
    named = filter(None, map(side_of, TABLE.findall(statement)))
    pages, jobs = ROLES[side or next(named, Side.CLEARINGHOUSE)]
    return jobs if actor.kind is PrincipalKind.SERVICE else pages


def rendered(statement: str, values: Sequence[object] = ()) -> str:
    """The statement with its values in place."""
    with connection.cursor() as cursor:
        text: str = cursor.cursor.mogrify(statement, list(values))
        return text


def seen(questions: Iterable[Question]) -> list[frozenset[UUID]]:
    """What each question finds."""
    return [frozenset(row) for row in _asked("seen", questions)]


def done(questions: Iterable[Question]) -> list[bool]:
    """Whether each attempt touches its one row; one that only an integrity rule stops went past row-level security."""
    return [bool(row) for row in _asked("done", questions)]


def _asked(function: str, questions: Iterable[Question]) -> list[list[UUID]]:
    asked = list(questions)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select asking.{function}(role, actor, said) from unnest(%s::text[], %s::text[], %s::text[]) "
            "with ordinality as each (role, actor, said, place) order by place",
            [[each.role for each in asked], [each.actor for each in asked], [each.statement for each in asked]],
        )
        return [row[0] for row in cursor.fetchall()]
