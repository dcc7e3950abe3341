"""The threads of a case and their messages, as those in them read them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Case as Either
from django.db.models import Count, F, IntegerField, Max, Q, Value, When

from levee.cases import scopes, types
from levee.cases.models import Attachment, Message, Position, Thread
from levee.cases.rules.embargo import Consent
from levee.cases.rules.mail import Label
from levee.cases.rules.threads import OPENED_WITH_THE_CASE, Audience, handles
from levee.findings.types import HiddenWords
from levee.platform.database.asking import ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.cases.models import Participant
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

SUBJECTS = {Audience.EVERYONE: "All parties", Audience.INTERNAL: "The owner alone"}
"""What the threads are called that a case is opened with."""


def parties(case: UUID) -> Mapping[UUID, set[UUID]]:
    """By thread that the actor is in, the parties that are in it: read from their grants, and from nothing else."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for thread, party in ask("select thread, party from levee_thread_parties(%s)", [case]):
        found[thread].add(party)
    return found


def rows(act: Act, course: Course) -> QuerySet[Thread]:
    """The threads that the actor reads, oldest first; not those that others opened while it is told nothing new."""
    held = course.held_from(act.actor.party)
    found = Thread.unscoped.filter(scopes.threads(act.actor), case=course.case)
    if held is not None:
        found = found.filter(_before(held, act.actor) | Q(audience__in=OPENED_WITH_THE_CASE))
    return found.order_by("at", "audience", "id")


def messages(act: Act, course: Course) -> QuerySet[Message]:
    """The messages that the actor reads; of those of others none that is newer than what it agreed to."""
    held = course.held_from(act.actor.party)
    found = Message.unscoped.filter(scopes.messages(act.actor), case=course.case)
    return found if held is None else found.filter(_before(held, act.actor))


def _before(held: datetime, actor: Actor) -> Q:
    return Q(at__lt=held) | Q(party=actor.party)


def called(course: Course) -> dict[UUID, str]:
    """The handle of each participant."""
    return handles(
        (seat.id, seat.name) for seat in sorted(course.seats.values(), key=lambda each: (each.since, each.id))
    )


def readers(course: Course, thread: Thread, there: set[UUID]) -> list[Participant]:
    """Who reads what is written in a thread now, the owner first."""
    return [seat for seat in _in_order(course) if seat.party in there and not _waits(course, seat, thread, there)]


def _in_order(course: Course) -> list[Participant]:
    return sorted(course.seats.values(), key=lambda seat: (seat.id != course.standing.owner, seat.since, seat.name))


def _waits(course: Course, seat: Participant, thread: Thread, there: set[UUID]) -> bool:
    """Whether a party does not read what is written now, and will once it agrees to the embargo."""
    if seat.party in there:
        return course.standing.held_since(seat.id) is not None
    asked = course.standing.consent(seat.id) is Consent.INVITED and seat.id not in course.standing.left
    return thread.audience == Audience.EVERYONE and asked


def unread(actor: Actor, held: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """How many messages the actor has not read yet, by case.

    Args:
        actor: who reads.
        held: the cases, with the instant from which on it is told nothing new.
    """
    found = Message.unscoped.filter(scopes.messages(actor), case__in=held)
    for case, since in held.items():
        if since is not None:
            found = found.exclude(Q(case=case, at__gte=since) & ~Q(party=actor.party))
    read = _read(_positions(actor, held))
    counted = found.annotate(read=read).filter(number__gt=F("read")).values("case").annotate(new=Count("id")).order_by()
    return {each["case"]: each["new"] for each in counted}


def _positions(actor: Actor, cases: Iterable[UUID]) -> dict[UUID, int]:
    found = Position.unscoped.filter(scopes.positions(actor), case__in=list(cases))
    return dict(found.values_list("thread", "number"))


def _read(positions: Mapping[UUID, int]) -> Either:
    """Of a message: the number up to which its thread was read."""
    whens = [When(thread=thread, then=Value(number)) for thread, number in positions.items()]
    return Either(*whens, default=Value(0), output_field=IntegerField())


def told(act: Act, course: Course, found: Iterable[Thread], hidden: HiddenWords) -> list[types.Thread]:
    """Threads with those who read them, how much was said, and how much of it is new to the actor."""
    there, positions = parties(course.case), _positions(act.actor, [course.case])
    counted = (
        messages(act, course)
        .annotate(read=_read(positions))
        .values("thread")
        .annotate(said=Count("id"), last=Max("at"), new=Count("id", filter=Q(number__gt=F("read"))))
        .order_by()
    )
    by_thread = {each["thread"]: (each["said"], each["last"], each["new"]) for each in counted}
    own, names = HiddenWords(), called(course)
    return [
        _thread(
            course,
            row,
            there[row.id],
            own if row.party == act.actor.party else hidden,
            names,
            (positions.get(row.id, 0), *by_thread.get(row.id, (0, None, 0))),
        )
        for row in found
    ]


def _thread(  # noqa: PLR0917 - a thread has these
    course: Course,
    row: Thread,
    there: set[UUID],
    hidden: HiddenWords,
    names: Mapping[UUID, str],
    counted: tuple[int, int, datetime | None, int],
) -> types.Thread:
    audience, (read, said, last, new) = Audience(row.audience), counted
    now = readers(course, row, there)
    return types.Thread(
        id=row.id,
        audience=audience,
        subject=SUBJECTS[audience] if audience in OPENED_WITH_THE_CASE else hidden.over(row.subject),
        product=hidden.over(row.product),
        at=row.at,
        readers=tuple(seat.name for seat in now),
        held_back=tuple(seat.name for seat in _in_order(course) if _waits(course, seat, row, there)),
        handles=tuple(names[seat.id] for seat in now),
        messages=said,
        last_at=last,
        read=read,
        unread=new,
    )


def read(act: Act, course: Course, found: Iterable[Message], hidden: HiddenWords) -> list[types.Message]:
    """Messages as the actor reads them: its own party's words as they were written."""
    own, audiences = HiddenWords(), dict(rows(act, course).values_list("id", "audience"))
    found, names = list(found), called(course)
    files: dict[UUID, list[types.Attachment]] = defaultdict(list)
    for row in _files(act, found):
        files[row.message].append(attachment(act, row, hidden))
    return [
        types.Message(
            id=each.id,
            thread=each.thread,
            audience=Audience(audiences[each.thread]),
            number=each.number,
            author=each.author,
            text=(own if each.party == act.actor.party else hidden).over(each.text),
            at=each.at,
            by_mail=Label(each.by_mail),
            mentions=tuple(names[key] for key in each.mentions if key in names),
            attachments=tuple(files[each.id]),
        )
        for each in found
    ]


def _files(act: Act, found: Sequence[Message]) -> QuerySet[Attachment]:
    keys = [each.id for each in found]
    return Attachment.unscoped.filter(scopes.attachments(act.actor), message__in=keys).order_by("name", "id")


def attachment(act: Act, row: Attachment, hidden: HiddenWords) -> types.Attachment:
    """A file as the actor sees it named."""
    own = row.party == act.actor.party
    return types.Attachment(id=row.id, name=row.name if own else hidden.over(row.name), size=row.size)


def holding(found: QuerySet[Message], words: Sequence[str]) -> QuerySet[Message]:
    """Those messages whose text holds each of the words, in any case, newest first."""
    for word in words:
        found = found.filter(text__icontains=word)
    return found.order_by("-at", "-id")
