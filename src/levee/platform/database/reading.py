"""Reading an organisation's rows by their keys: the statement of a model is made once, not for every act."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import Model

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from django.db.models import Field

_M = TypeVar("_M", bound=Model)


def of_organisation(model: type[_M], organisation: UUID, keys: Collection[UUID]) -> Sequence[_M]:
    """Those of an organisation's rows that have these keys, in no order.

    Args:
        model: has the columns `id` and `organisation`.
        organisation: whose.
        keys: which ones.
    """
    statement, fields = _statement(model)
    names = [field.attname for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, [organisation, list(keys)])
        return [model.from_db("default", names, list(map(_value, fields, row))) for row in cursor.fetchall()]


@cache
def _statement(model: type[Model]) -> tuple[str, Sequence[Field[Any, Any]]]:
    quote = connection.ops.quote_name
    meta = model._meta  # noqa: SLF001 - Django's own door
    names = ", ".join(quote(str(field.column)) for field in meta.concrete_fields)
    # Names come from the model; every value is a parameter.
    return (
        f"select {names} from {quote(meta.db_table)} where organisation = %s and id = any(%s)",  # noqa: S608
        meta.concrete_fields,
    )


def _value(field: Field[Any, Any], value: object) -> object:
    for convert in field.get_db_converters(connection):
        value = convert(value, None, connection)
    return value
