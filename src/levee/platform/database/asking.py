"""Asking the same of one operator after the other: a statement is read and planned once for a connection."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


FEW = 10
"""So many values PostgreSQL expects in a list that it does not know."""


def ask(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """The rows that answer a question; the values go beside the statement, so that it stays the same one.

    Row-level security is part of the plan, and looks at the actor anew each time that it is carried out. A question
    about a long list is planned for that list.

    Args:
        statement: one, with places for values as psycopg writes them.
        values: for its places.
    """
    given = values.values() if isinstance(values, Mapping) else values
    if any(isinstance(each, list) and len(each) > FEW for each in given):
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    with planned() as cursor:
        return cursor.execute(statement.encode(), values).fetchall()


@contextmanager
def together() -> Iterator[None]:
    """What is sent within waits for no answer until one is read, or until the end: there an error is raised.

    For `planned` statements: Django's updates ask how many rows they changed, which nobody knows yet.
    """
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    with here.wrap_database_errors, here.connection.pipeline():
        yield


@contextmanager
def planned() -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """A cursor whose statements stay prepared on the connection until it is closed.

    Django's own statements are kept out of it: psycopg would hold on to the last hundred, however long they are.
    """
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    here.validate_no_broken_transaction()
    raw = here.connection
    raw.prepare_threshold = 0
    try:
        with here.wrap_database_errors, psycopg.Cursor(raw) as cursor:
            yield cursor
    finally:
        raw.prepare_threshold = None
