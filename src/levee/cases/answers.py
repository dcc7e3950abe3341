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
    from uuid import UUID

    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act


def told(act: Act, course: Course) -> dict[UUID, Sequence[types.Answered]]:
    """Every answer that the actor is told, of each vendor by its seat, oldest first."""
    rows = Row.unscoped.filter(scopes.of_cases(act.actor), case=course.case).order_by("at", "id")
    held = course.held_from(act.actor.party)
    if held is not None:
        rows = rows.filter(Q(at__lt=held) | Q(participant=course.seat_of(act.actor.party)))
    given: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        given[row.participant].append(row)
    return {seat: _of_one(course.seats[seat].name, each) for seat, each in given.items() if seat in course.seats}


def standing(given: Mapping[UUID, Sequence[types.Answered]]) -> dict[UUID, Sequence[types.Answered]]:
    """Of every vendor's answers, those that stand, the widest first."""
    return {
        seat: sorted((each for each in told if each.stands), key=lambda each: (each.product, each.version))
        for seat, told in given.items()
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
