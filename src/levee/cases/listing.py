"""Which cases a list shows, asked of the database in one question, and where their embargoes stand."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from levee.cases.course.replay import Moves, Standing, replay
from levee.cases.models import Case, Entry, Participant
from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event
from levee.cases.scopes import cases, cases_as, of_cases
from levee.cases.services.course import Written, entries_of, written
from levee.cases.types import Narrowed, Order, Show

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.findings.types import HiddenWords
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

SOON = timedelta(days=7)
"""How long before its end an embargo is about to end."""


ORDERS = {
    Order.NEWEST: ("-opened_at", "id"),
    Order.OLDEST: ("opened_at", "id"),
    Order.ENDS_FIRST: ("embargo_end", "-opened_at", "id"),
}


def chosen(actor: Actor, by: Narrowed, now: datetime) -> QuerySet[Case]:
    """The cases that the actor takes part in and wants to see, in the order that it wants.

    Of words, those in what was hidden since are found too: `reads` tells whether the actor reads them.

    Args:
        actor: who looks.
        by: what narrows and orders them.
        now: the instant that "ending" and "over" are told by.
    """
    seen = cases(actor) if by.part is None else cases_as(actor, by.part)
    kept = by.kept()
    found = Case.unscoped.filter(seen, _has(by.show, now)).order_by(*ORDERS[by.order])
    if kept["project"]:
        found = found.filter(project__icontains=kept["project"])
    if kept["party"]:
        seats = Participant.unscoped.filter(of_cases(actor), name__icontains=kept["party"])
        found = found.filter(id__in=seats.values("case"))
    for word in kept["text"].split():
        found = found.filter(Q(title__icontains=word) | Q(summary__icontains=word))
    return found


def reads(row: Case, words: Sequence[str], hidden: HiddenWords) -> bool:
    """Whether words stand in what is shown of a case: they may stand under what was hidden."""
    shown = f"{hidden.over(row.title)} {hidden.over(row.summary)}".casefold()
    return all(word.casefold() in shown for word in words)


def _has(show: Show, now: datetime) -> Q:
    holds = Q(embargo__in=HOLDING, embargo_end__gt=now)
    public = Q(world__contains=Event.PUBLIC_AWARE)
    over = Q(embargo=Embargo.EXITED) | Q(embargo__in=HOLDING, embargo_end__lte=now)
    return {
        Show.ALL: Q(),
        Show.UNDER_EMBARGO: holds,
        Show.ENDING: holds & Q(embargo_end__lte=now + SOON),
        Show.OVER: over & ~public & Q(successor=None),
        Show.PUBLIC: public & Q(successor=None),
        Show.CONTINUED: ~Q(successor=None),
    }[show]


def embargoes(
    actor: Actor, cases: list[UUID], seats: Mapping[UUID, Participant], now: datetime
) -> dict[UUID, Standing]:
    """Where the embargo of each of these cases stands, and how each of these seats stands to it."""
    of_embargo = Q(moves=Moves.EMBARGO) | Q(moves=Moves.CONSENT, participant__in=list(seats))
    steps: dict[UUID, list[Written]] = defaultdict(list)
    for row in written(Entry.unscoped.filter(of_cases(actor), of_embargo, case__in=cases)):
        steps[row.case].append(row)
    return {case: replay(entries_of(steps[case], seats), Standing(), now).standing for case in cases}


def held(act: Act, cases: Collection[UUID]) -> dict[UUID, datetime]:
    """Since when the actor's party is told nothing new, by those of some cases where it is."""
    keys = list(cases)
    own = Participant.unscoped.filter(of_cases(act.actor), case__in=keys, party=act.actor.party)
    seats = {seat.id: seat for seat in own}
    standings = embargoes(act.actor, keys, seats, act.now)
    since = {seat.case: standings[seat.case].held_since(seat.id) for seat in seats.values()}
    return {case: at for case, at in since.items() if at is not None}
