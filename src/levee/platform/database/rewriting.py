"""Changing many rows at once: one statement that joins their new values, instead of a condition for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import JSONField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Field, Model

BATCH = 5000


def rewrite(rows: Sequence[Model], columns: Sequence[str]) -> None:
    """Write some columns of rows that are there; what `bulk_update` does, many times as fast.

    Args:
        rows: of one model, as they are to be.
        columns: names of its fields, none of which holds an array.
    """
    if not rows:
        return
    meta = type(rows[0])._meta  # noqa: SLF001 - Django's own door
    concrete = {field.name: field for field in meta.concrete_fields}
    fields = [concrete[name] for name in ("id", *columns)]
    statement = _statement(meta.db_table, fields)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            cursor.execute(statement, [[_value(field, row) for row in batch] for field in fields])


def _statement(table: str, fields: Sequence[Field[Any, Any]]) -> str:
    quote = connection.ops.quote_name
    names = [quote(str(field.column)) for field in fields]
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    changed = ", ".join(f"{name} = n.{name}" for name in names[1:])
    # Names and types come from the model; every value is a parameter.
    return (
        f"update {quote(table)} as t set {changed} "  # noqa: S608
        f"from unnest({arrays}) as n ({', '.join(names)}) where t.{names[0]} = n.{names[0]}"
    )


def _value(field: Field[Any, Any], row: Model) -> object:
    value = getattr(row, field.attname)
    if value is None or not isinstance(field, JSONField):
        return value
    return connection.ops.adapt_json_value(value, None)
