"""What the vendors of a case answered, as its participants read it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from levee.cases import scopes, types
from levee.cases.models import Answer as Row
from levee.cases.rules import answers as rules
from levee.cases.rules.answers import About, Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.cases.models import Participant
    from levee.platform.database.acting import Act


def told(
    act: Act, seats: Mapping[UUID, Participant], case: UUID, *, before: datetime | None = None
) -> dict[UUID, Sequence[types.Answered]]:
    """Every answer of each vendor, oldest first.

    Args:
        act: the unit of work.
        seats: the participants, by key.
        case: which case.
        before: what others answered from this instant on is left out; None for nothing.
    """
    rows = Row.unscoped.filter(scopes.of_cases(act.actor), case=case).order_by("at", "id")
    if before is not None:
        own = [key for key, seat in seats.items() if seat.party == act.actor.party]
        rows = rows.filter(Q(at__lt=before) | Q(participant__in=own))
    given: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        given[row.participant].append(row)
    return {seat: _of_one(seats[seat].name, each) for seat, each in given.items() if seat in seats}


def standing(
    act: Act, seats: Mapping[UUID, Participant], case: UUID, *, before: datetime | None = None
) -> dict[UUID, Sequence[types.Answered]]:
    """Those that stand, the widest first; arguments as of `told`."""
    return {
        seat: sorted((each for each in given if each.stands), key=lambda each: (each.product, each.version))
        for seat, given in told(act, seats, case, before=before).items()
    }


def _of_one(name: str, rows: Sequence[Row]) -> list[types.Answered]:
    stand = rules.standing(About(row.product, row.version) for row in rows)
    return [
        types.Answered(
            id=row.id,
            party=name,
            product=row.product,
            version=row.version,
            answer=Answer(row.answer),
            justification=row.justification,
            by=row.by,
            at=row.at,
            stands=place in stand,
        )
        for place, row in enumerate(rows)
    ]
