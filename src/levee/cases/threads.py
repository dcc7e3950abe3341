"""The threads of a case and their messages, as those in them read them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case as Either
from django.db.models import Count, IntegerField, Max, OuterRef, Q, Subquery, Value, When

from levee.cases import scopes, types
from levee.cases.models import Attachment, Message, Position, Thread
from levee.cases.rules.embargo import Consent
from levee.cases.rules.mail import Label
from levee.cases.rules.threads import OPENED_WITH_THE_CASE, Audience, handles
from levee.findings.types import HiddenWords
from levee.platform.database.asking import ask

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Parties:
    """Who takes part in a case, to be asked thread after thread who reads it.

    Attributes:
        places: by party, its seats with their places in the order of all, the owner first.
        held: seats of those that are told nothing new, because they have not agreed to the embargo.
        asked: seats of those that were asked to agree to it, and have not said so yet.
    """

    places: Mapping[UUID, Sequence[tuple[int, Participant]]]
    held: frozenset[UUID]
    asked: frozenset[UUID]

    def readers(self, there: set[UUID]) -> list[Participant]:
        """Who reads what is written in a thread now."""
        return [seat for seat in self._seats(there) if seat.id not in self.held]

    def held_back(self, thread: Thread, there: set[UUID]) -> list[Participant]:
        """Who does not read what is written now, and will once it agrees to the embargo."""
        then = self.asked if thread.audience == Audience.EVERYONE else frozenset()
        among = self.places if then else there
        return [seat for seat in self._seats(among) if seat.id in (self.held if seat.party in there else then)]

    def _seats(self, parties: Iterable[UUID]) -> list[Participant]:
        return [seat for _, seat in sorted(each for party in parties for each in self.places.get(party, ()))]


def parties_of(course: Course) -> Parties:
    """Who takes part in a case now, and who of them waits."""
    standing = course.standing
    in_order = sorted(course.seats.values(), key=lambda seat: (seat.id != standing.owner, seat.since, seat.name))
    places: dict[UUID, list[tuple[int, Participant]]] = defaultdict(list)
    for place, seat in enumerate(in_order):
        places[seat.party].append((place, seat))
    held = frozenset(key for key in course.seats if standing.held_since(key) is not None)
    asked = frozenset(key for key in course.seats if standing.consent(key) is Consent.INVITED)
    return Parties(places, held, asked - standing.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How much was said in a thread, as the actor reads it.

    Attributes:
        read: the number of the last message that it has read; 0 for none.
        unread: how many of the messages are newer.
    """

    messages: int = 0
    last_at: datetime | None = None
    read: int = 0
    unread: int = 0


def said(actor: Actor, held: Mapping[UUID, datetime | None]) -> dict[UUID, dict[UUID, Said]]:
    """How much was said in each thread of some cases, by case and thread; not of threads where nothing was.

    Args:
        actor: who reads.
        held: the cases, with the instant from which on it is told nothing new.
    """
    positions = _positions(actor, held)
    by: dict[UUID, dict[UUID, Said]] = {case: {} for case in held}
    whole = [case for case, since in held.items() if since is None]
    for case, thread, number, at in _numbered(actor, whole):
        read = positions.get(thread, 0)
        by[case][thread] = Said(messages=number, last_at=at, read=read, unread=max(0, number - read))
    for case, since in held.items():
        if since is not None:
            by[case] = _counted(actor, case, since, positions)
    return by


def _numbered(actor: Actor, cases: Collection[UUID]) -> Iterable[tuple[UUID, UUID, int, datetime]]:
    """The last message of each thread in which something was said; to whoever reads all, its number is their count."""
    last = Message.unscoped.filter(thread=OuterRef("id")).order_by("-number")
    rows = Thread.unscoped.filter(scopes.threads(actor), case__in=cases)
    rows = rows.annotate(last=Subquery(last.values("number")[:1]), said_at=Subquery(last.values("at")[:1]))
    return rows.exclude(last=None).values_list("case", "id", "last", "said_at") if cases else ()


def _counted(actor: Actor, case: UUID, since: datetime, positions: Mapping[UUID, int]) -> dict[UUID, Said]:
    """The messages of each thread of a case, counted, of which those that others wrote later are not told."""
    found = Message.unscoped.filter(_before(since, actor), scopes.messages(actor), case=case)
    newer = Count("id", filter=Q(number__gt=_read(positions)))
    counted = found.values("thread").annotate(messages=Count("id"), last=Max("at"), newer=newer).order_by()
    return {
        row["thread"]: Said(
            messages=row["messages"],
            last_at=row["last"],
            read=positions.get(row["thread"], 0),
            unread=row["newer"],
        )
        for row in counted
    }


def _positions(actor: Actor, cases: Iterable[UUID]) -> dict[UUID, int]:
    found = Position.unscoped.filter(scopes.positions(actor), case__in=list(cases))
    return dict(found.values_list("thread", "number"))


def _read(positions: Mapping[UUID, int]) -> Either:
    """Of a message: the number up to which its thread was read."""
    whens = [When(thread=thread, then=Value(number)) for thread, number in positions.items()]
    return Either(*whens, default=Value(0), output_field=IntegerField())


def told(
    act: Act, course: Course, found: Iterable[Thread], hidden: HiddenWords, by: Mapping[UUID, Said]
) -> list[types.Thread]:
    """Threads with those who read them, how much was said, and how much of it is new to the actor."""
    own, there, names, seated = HiddenWords(), parties(course.case), called(course), parties_of(course)
    return [
        _thread(
            seated,
            row,
            there[row.id],
            own if row.party == act.actor.party else hidden,
            names,
            by.get(row.id, Said()),
        )
        for row in found
    ]


def _thread(  # noqa: PLR0917 - a thread has these
    seated: Parties,
    row: Thread,
    there: set[UUID],
    hidden: HiddenWords,
    names: Mapping[UUID, str],
    there_said: Said,
) -> types.Thread:
    audience, now = Audience(row.audience), seated.readers(there)
    return types.Thread(
        id=row.id,
        audience=audience,
        subject=SUBJECTS[audience] if audience in OPENED_WITH_THE_CASE else hidden.over(row.subject),
        product=hidden.over(row.product),
        at=row.at,
        readers=tuple(seat.name for seat in now),
        held_back=tuple(seat.name for seat in seated.held_back(row, there)),
        handles=tuple(names[seat.id] for seat in now),
        messages=there_said.messages,
        last_at=there_said.last_at,
        read=there_said.read,
        unread=there_said.unread,
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
