"""Instants as PostgreSQL sends them, read in one step: Django's own way makes three objects of each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from psycopg.types.datetime import TimestamptzLoader

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from psycopg.abc import Buffer

IN_UTC = b"+00"


class InstantLoader(TimestamptzLoader):
    """Reads `timestamptz` of a connection whose zone is UTC, as all of Django's are here."""

    timezone = UTC
    """What Django looks at to see whether cursors need a loader of their own."""

    def load(self, data: Buffer) -> datetime:
        """An instant in UTC.

        Raises:
            DataError: it is none that Python can hold, such as infinity.
        """
        sent = bytes(data)
        if sent.endswith(IN_UTC):
            try:
                return datetime.fromisoformat(sent.decode())
            except ValueError:
                pass  # a year of five digits, or one before Christ: refused below in psycopg's words
        return super().load(data).astimezone(UTC)


def read_at_once(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Have a connection that Django made read instants this way."""
    connection.connection.adapters.register_loader("timestamptz", InstantLoader)
