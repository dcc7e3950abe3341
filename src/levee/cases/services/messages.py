from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from django.db.models import Max

from levee.access.services import demand
from levee.cases import scopes, threads
from levee.cases.models import Message
from levee.cases.rules.mail import Label
from levee.cases.rules.threads import Audience
from levee.cases.services.attaching import attached, check_file
from levee.cases.services.course import course_of
from levee.cases.services.mentioning import mention
from levee.cases.services.reading import keep
from levee.cases.services.rows import case_for, keep_hidden_of, take_part
from levee.kernel.errors import BadInput, NotFound, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from levee.cases.models import Participant, Thread
    from levee.cases.services.course import Course
    from levee.cases.types import File
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LONGEST = 64 * 1024
MOST_NAMED = 20
"""So many handles are named to whoever uses one that nobody has."""


def send(
    actor: Actor,
    case: UUID,
    *,
    text: str,
    author: str,
    thread: UUID | None = None,
    by_mail: Label = Label.NOT_BY_MAIL,
    key: UUID | None = None,
    mentions: Iterable[str] = (),
    file: File | None = None,
) -> UUID:
    """Send a message to those who are in a thread.

    Args:
        actor: one of them.
        case: the case.
        text: plain text, at most 64 KiB; may be empty beside a file.
        author: the name that stands over it.
        thread: which one; None for that of all parties.
        by_mail: how far its sender is known, where it came by mail.
        key: of the message; one that is there already is not sent again.
        mentions: handles of parties that read the thread; each is told by a letter that there is something.
        file: one file beside it, at most 16 MiB.

    Returns:
        The message. The actor has read its thread up to it.

    Raises:
        NotFound: there is no such thread in this case, or the actor is not in it. Forbidden: it may only read.
        BadInput: empty, it or its file repeats words that were hidden, the file's name is no plain name, or a handle is
            of nobody who reads the thread.
        TooLarge: the text or the file is; it says what there may be.
    """
    if not text.strip() and file is None:
        raise BadInput("the message is empty", place="text")
    with acting(actor) as act:
        if len(text) > LONGEST:
            raise TooLarge("a message has at most 64 KiB", place="text")
        file = file and check_file(file)
        take_part(act, case)
        course = course_of(act, case)
        row = _thread(act, course, thread)
        demand(act, Action.MESSAGE_SEND, subject=row.id)
        keep_hidden_of(act, case, text=text)
        if key and Message.unscoped.filter(scopes.messages(actor), id=key).exists():
            return key
        if file is not None:
            keep_hidden_of(act, case, filename=file.name, file=file.data.decode("utf-8", "replace"))
        mentioned = _mentioned(course, row, mentions)
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
            mentions=[seat.id for seat in mentioned],
        )
        with attached(act, message, file) if file is not None else nullcontext():
            _keep(act, row, message, mentioned)
    return message.id


def _keep(act: Act, thread: Thread, message: Message, mentioned: Iterable[Participant]) -> None:
    Message.unscoped.bulk_create([message])
    if not message.by_mail:  # what was answered by mail was read there, and who reads for the party is not known
        keep(act, message.case, thread.id, message.number)
    mention(act, message.id, mentioned)
    to_all = thread.audience == Audience.EVERYONE
    log = ("case", message.case) if to_all else ("organisation", message.party)  # the case's is read by all parties
    record(act, log=log, verb=Action.MESSAGE_SEND, subject=message.id, fields={"audience": thread.audience})


def _thread(act: Act, course: Course, thread: UUID | None) -> Thread:
    key = thread or case_for(act, course.case).everyone
    row = threads.rows(act, course).filter(id=key).first()
    if row is None:
        raise NotFound("there is no such thread")
    return row


def _mentioned(course: Course, thread: Thread, mentions: Iterable[str]) -> list[Participant]:
    wanted = {each.strip().removeprefix("@").casefold() for each in mentions}
    if not wanted:
        return []
    names = threads.called(course)
    there = threads.parties(course.case)[thread.id]
    reading = {names[seat.id]: seat for seat in threads.parties_of(course).readers(there)}
    unknown = sorted(wanted - reading.keys())
    if unknown:
        raise BadInput(
            f"nobody who reads this thread is called @{unknown[0][:80]}",
            place="mentions",
            advice=f"choose among {', '.join('@' + each for each in sorted(reading)[:MOST_NAMED])}",
        )
    return [reading[each] for each in sorted(wanted)]


def _next(act: Act, thread: UUID) -> int:
    """The number of the next message: whoever else sends to the same thread waits, so that none is passed over."""
    hold(f"thread {thread}")
    last = Message.unscoped.filter(scopes.messages(act.actor), thread=thread).aggregate(Max("number"))
    return (last["number__max"] or 0) + 1
