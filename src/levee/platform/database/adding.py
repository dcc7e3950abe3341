"""Adding a few rows of several models: by a statement that is planned once for each."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

from levee.platform.database.asking import planned

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
    here = connections[DEFAULT_DB_ALIAS]
    with planned() as cursor:
        for model, rows in groups:
            statement, fields = _statement(model)
            values = [[field.get_db_prep_save(getattr(row, field.attname), here) for field in fields] for row in rows]
            cursor.executemany(f"{statement}{ending}".encode(), values)


@cache
def _statement(model: type[Model]) -> tuple[str, Sequence[Field[Any, Any]]]:
    """A statement that inserts one row, and the fields whose values it takes."""
    quote = connection.ops.quote_name
    meta = model._meta  # noqa: SLF001 - Django's own door
    # Names come from the model; every value is a parameter.
    names = ", ".join(quote(str(field.column)) for field in meta.concrete_fields)
    places = ", ".join(["%s"] * len(meta.concrete_fields))
    return f"insert into {quote(meta.db_table)} ({names}) values ({places})", meta.concrete_fields  # noqa: S608
