"""Letting a party know that a message mentions it: by a run of its own, and a letter that says nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases import scopes
from levee.cases.models import Message
from levee.cases.services.course import course_of
from levee.cases.services.rows import by_link
from levee.notify.services import tell
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from levee.cases.models import Participant
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

TELL_MENTIONED = "cases.tell_mentioned"
PAGE = "/cases/"
"""Where the letter leads: it tells neither which case nor which thread."""


def mention(act: Act, message: UUID, mentioned: Iterable[Participant]) -> None:
    """Let each of these parties be told, but not the one that writes."""
    for seat in mentioned:
        if seat.party != act.actor.party:
            enqueue(act, TELL_MENTIONED, subject=message, party=seat.party)


def tell_mentioned(actor: Actor, message: UUID) -> None:
    """Let the actor's party know that a message mentions it.

    Args:
        actor: a run for the party; nothing is done where it is in the thread no more.
        message: which one.
    """
    with acting(actor) as act:
        row = Message.unscoped.filter(scopes.messages(actor), id=message).first()
        if row is None:
            return
        course = course_of(act, row.case)
        if not by_link(course.seats[course.seat_of(actor.party)]):
            tell(act, actor.party, page=PAGE)
