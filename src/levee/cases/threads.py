"""The threads of a case and their messages, as those in them read them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q

from levee.cases import scopes, types
from levee.cases.models import Message, Thread
from levee.cases.rules.embargo import Consent
from levee.cases.rules.mail import Label
from levee.cases.rules.threads import OPENED_WITH_THE_CASE, Audience
from levee.findings.types import HiddenWords
from levee.platform.database.asking import ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.cases.models import Participant
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act

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
        there_before = Q(at__lt=held) | Q(audience__in=OPENED_WITH_THE_CASE)
        found = found.filter(there_before | Q(party=act.actor.party))
    return found.order_by("at", "audience", "id")


def messages(act: Act, course: Course) -> QuerySet[Message]:
    """The messages that the actor reads; of those of others none that is newer than what it agreed to."""
    held = course.held_from(act.actor.party)
    found = Message.unscoped.filter(scopes.messages(act.actor), case=course.case)
    if held is not None:
        found = found.filter(Q(at__lt=held) | Q(party=act.actor.party))
    return found


def told(act: Act, course: Course, found: Iterable[Thread], hidden: HiddenWords) -> list[types.Thread]:
    """Threads with those who read them, and how much was said."""
    there = parties(course.case)
    counted = {
        each["thread"]: each
        for each in messages(act, course).values("thread").annotate(said=Count("id"), last=Max("at")).order_by()
    }
    return [_thread(act, course, row, there[row.id], counted.get(row.id, {}), hidden) for row in found]


def _thread(  # noqa: PLR0917 - a thread has these
    act: Act, course: Course, row: Thread, there: set[UUID], counted: Mapping[str, object], hidden: HiddenWords
) -> types.Thread:
    audience = Audience(row.audience)
    own = HiddenWords() if row.party == act.actor.party else hidden
    seats = sorted(course.seats.values(), key=lambda seat: (seat.id != course.standing.owner, seat.since, seat.name))
    waits = [seat for seat in seats if _waits(course, seat, audience, there)]
    return types.Thread(
        id=row.id,
        audience=audience,
        subject=SUBJECTS[audience] if audience in OPENED_WITH_THE_CASE else own.over(row.subject),
        product=own.over(row.product),
        at=row.at,
        readers=tuple(seat.name for seat in seats if seat.party in there and seat not in waits),
        held_back=tuple(seat.name for seat in waits),
        messages=counted.get("said", 0),  # type: ignore[arg-type]  # a count
        last_at=counted.get("last"),  # type: ignore[arg-type]  # an instant
    )


def _waits(course: Course, seat: Participant, audience: Audience, there: set[UUID]) -> bool:
    """Whether a party does not read what is written now, and will once it agrees to the embargo."""
    if seat.party in there:
        return course.standing.held_since(seat.id) is not None
    asked = course.standing.consent(seat.id) is Consent.INVITED and seat.id not in course.standing.left
    return audience is Audience.EVERYONE and asked


def read(act: Act, course: Course, found: Iterable[Message], hidden: HiddenWords) -> list[types.Message]:
    """Messages as the actor reads them: its own party's words as they were written."""
    own, audiences = HiddenWords(), dict(rows(act, course).values_list("id", "audience"))
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
        )
        for each in found
    ]
