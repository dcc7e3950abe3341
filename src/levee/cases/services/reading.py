"""How far somebody has read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from levee.access.services import demand
from levee.cases import scopes, threads
from levee.cases.models import Position
from levee.cases.services.course import course_of
from levee.kernel.errors import BadInput, NotFound
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def mark_read(actor: Actor, case: UUID, thread: UUID, *, number: int) -> int:
    """Keep up to which message the actor has read a thread; a smaller number than before makes messages new again.

    Args:
        actor: a person or an agent; each has its own place.
        case: the case.
        thread: one that it is in.
        number: of the last message that it has read; 0 for none.

    Returns:
        What is kept: at most the number of the last message that the actor sees.

    Raises:
        NotFound: there is no such thread. BadInput: the number is below 0.
    """
    if number < 0:
        raise BadInput("messages are numbered from 1 on", place="number", advice="0 says that you have read none")
    with acting(actor) as act:
        demand(act, Action.MESSAGE_SEE, subject=thread)
        course = course_of(act, case)
        if not threads.rows(act, course).filter(id=thread).exists():
            raise NotFound("there is no such thread")
        seen = threads.messages(act, course).filter(thread=thread).aggregate(last=Max("number"))["last"] or 0
        place = min(number, seen)
        keep(act, case, thread, place)
    return place


def keep(act: Act, case: UUID, thread: UUID, number: int) -> None:
    """The same without asking whether the thread is there."""
    hold(f"place of {act.actor.id} in {thread}")
    if not Position.unscoped.filter(scopes.positions(act.actor), thread=thread).update(number=number):
        place = Position(id=act.new_id(), principal=act.actor.id, case=case, thread=thread, number=number)
        Position.unscoped.bulk_create([place])
