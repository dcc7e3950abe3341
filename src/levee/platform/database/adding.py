"""Adding a few rows of several models in one message, instead of a statement made and sent for each model."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Field, Model

FEW, BATCH = 20, 2000


def add(rows: Iterable[Model], *, unless_there: bool = False) -> None:
    """Insert rows; nothing is read back.

    Args:
        rows: of any models, with their keys, those of a model together.
        unless_there: pass over a row that a constraint finds there already.
    """
    few: list[tuple[type[Model], list[Model]]] = []
    for model, group in groupby(rows, type):
        listed = list(group)
        if len(listed) <= FEW:
            few.append((model, listed))
        else:  # Django makes a statement for every batch, and sends a whole column as one value
            model.unscoped.bulk_create(listed, batch_size=BATCH, ignore_conflicts=unless_there)  # type: ignore[attr-defined]  # every model has it
    if few:
        _send(few, " on conflict do nothing" if unless_there else "")


def _send(groups: Iterable[tuple[type[Model], Sequence[Model]]], ending: str) -> None:
    statements, values = [], []
    for model, rows in groups:
        beginning, fields = _columns(model)
        one = f"({', '.join(['%s'] * len(fields))})"
        statements.append(beginning + ", ".join([one] * len(rows)) + ending)
        values += [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), values)


@cache
def _columns(model: type[Model]) -> tuple[str, Sequence[Field[Any, Any]]]:
    """How a statement begins, and the fields whose values it takes."""
    quote = connection.ops.quote_name
    meta = model._meta  # noqa: SLF001 - Django's own door
    # Names come from the model; every value is a parameter.
    names = ", ".join(quote(str(field.column)) for field in meta.concrete_fields)
    return f"insert into {quote(meta.db_table)} ({names}) values ", meta.concrete_fields  # noqa: S608
