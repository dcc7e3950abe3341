"""Which cases a list shows, asked of the database in one question."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from levee.cases.models import Case
from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event
from levee.cases.scopes import cases, cases_as
from levee.cases.types import Show

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from levee.policy.actors import Actor, Capacity

SOON = timedelta(days=7)
"""How long before its end an embargo is about to end."""


def chosen(actor: Actor, show: Show, part: Capacity | None, now: datetime) -> QuerySet[Case]:
    """The cases that the actor takes part in and wants to see.

    Args:
        actor: who looks.
        show: what they have in common.
        part: in what capacity the actor's party takes part; None for any.
        now: the instant that "ending" and "over" are told by.
    """
    seen = cases(actor) if part is None else cases_as(actor, part)
    return Case.unscoped.filter(seen, _has(show, now))


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
        Show.CORRECTED: ~Q(successor=None),
    }[show]
