"""What stands beside a case, table by table: a page asks in one question which of them hold anything of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from levee.cases.models import (
    Adoption,
    Arrival,
    Bridge,
    Claim,
    ClockMark,
    Conflict,
    Contact,
    HandOver,
    Opening,
    Transfer,
    Turn,
)
from levee.platform.database.asking import ask

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Model, QuerySet

    from levee.platform.database.acting import Act

Row = TypeVar("Row", bound="Model")

TABLES = (Adoption, Arrival, Bridge, Claim, ClockMark, Conflict, Contact, HandOver, Opening, Transfer, Turn)
_NAMES = [each._meta.db_table for each in TABLES]  # noqa: SLF001 - Django's own door
_ANY = ", ".join(f'exists (select from {name} where "case" = %(case)s)' for name in _NAMES)
LOOKED = "what stands beside it"


def look(act: Act, case: UUID) -> None:
    """Find out, for the rest of an act that only reads, which of the tables hold anything of a case for the actor."""
    found = ask(f"select {_ANY}", {"case": case})[0]
    act.kept[LOOKED, case] = {model for model, any_of_it in zip(TABLES, found, strict=True) if any_of_it}


def of_case(act: Act, rows: QuerySet[Row], case: UUID) -> QuerySet[Row]:
    """Those rows that are of a case; not asked for where it is known that there are none."""
    holds = act.kept.get((LOOKED, case))
    return rows.filter(case=case) if holds is None or rows.model in holds else rows.none()
