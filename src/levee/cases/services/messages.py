from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from levee.access.services import demand
from levee.cases import scopes, threads
from levee.cases.models import Message
from levee.cases.rules.mail import Label
from levee.cases.rules.threads import Audience
from levee.cases.services.course import course_of
from levee.cases.services.rows import case_for, keep_hidden_of, take_part
from levee.kernel.errors import BadInput, NotFound, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.models import Thread
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LONGEST = 64 * 1024


def send(
    actor: Actor,
    case: UUID,
    *,
    text: str,
    author: str,
    thread: UUID | None = None,
    by_mail: Label = Label.NOT_BY_MAIL,
    key: UUID | None = None,
) -> UUID:
    """Send a message to those who are in a thread.

    Args:
        actor: one of them.
        case: the case.
        text: plain text, at most 64 KiB.
        author: the name that stands over it.
        thread: which one; None for that of all parties.
        by_mail: how far its sender is known, where it came by mail.
        key: of the message; one that is there already is not sent again.

    Raises:
        NotFound: there is no such thread in this case, or the actor is not in it. Forbidden: it may only read.
        BadInput: empty, or it repeats words that were hidden.
    """
    if not text.strip():
        raise BadInput("the message is empty", place="text")
    if len(text) > LONGEST:
        raise TooLarge("a message has at most 64 KiB", place="text")
    with acting(actor) as act:
        take_part(act, case)
        row = _thread(act, case, thread)
        demand(act, Action.MESSAGE_SEND, subject=row.id)
        keep_hidden_of(act, case, text=text)
        if key and Message.unscoped.filter(scopes.messages(actor), id=key).exists():
            return key
        message = Message(
            id=key or act.new_id(),
            case=case,
            thread=row.id,
            number=_next(act, row.id),
            party=actor.party,
            author=author.strip() or "unnamed",
            text=text.strip(),
            by_mail=by_mail,
            at=act.now,
        )
        Message.unscoped.bulk_create([message])
        to_all = row.audience == Audience.EVERYONE
        log = ("case", case) if to_all else ("organisation", actor.party)  # the case's is read by all of its parties
        record(act, log=log, verb=Action.MESSAGE_SEND, subject=message.id, fields={"audience": row.audience})
    return message.id


def _thread(act: Act, case: UUID, thread: UUID | None) -> Thread:
    key = thread or case_for(act, case).everyone
    row = threads.rows(act, course_of(act, case)).filter(id=key).first()
    if row is None:
        raise NotFound("there is no such thread")
    return row


def _next(act: Act, thread: UUID) -> int:
    """The number of the next message: whoever else sends to the same thread waits, so that none is passed over."""
    hold(f"thread {thread}")
    last = Message.unscoped.filter(scopes.messages(act.actor), thread=thread).aggregate(Max("number"))
    return (last["number__max"] or 0) + 1
