"""The vendors of a case that have not answered, as its owner follows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases import scopes, types
from levee.cases.clocks.running import Clock
from levee.cases.ladder.climbing import Silence, Way, silences
from levee.cases.ladder.rungs import policy
from levee.cases.models import Answer, Outcome
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.cases.services.course import Course
    from levee.findings.types import HiddenWords
    from levee.platform.database.acting import Act


def silences_of(act: Act, course: Course) -> list[Silence]:
    """How far each silent vendor was followed."""
    answers = Answer.unscoped.filter(scopes.of_cases(act.actor), case=course.case)
    answered = set(answers.values_list("participant", flat=True))
    since = {key: seat.since for key, seat in course.seats.items() if seat.capacity == Capacity.VENDOR}
    return silences(course.told, course.standing, since, answered)


def ladder_clocks(course: Course, silent: Iterable[Silence]) -> list[Clock]:
    """What is due next about each, as clocks that ask the owner of the case."""
    chosen = policy()
    return [
        Clock(
            key=f"silence:{chosen.version}/{each.next.channel}/{each.seat}",
            policy="silence",
            version=chosen.version,
            name=each.next.channel,
            says=f"{course.seats[each.seat].name} has not answered: {each.next.says}",
            seat=course.standing.owner,
            starts="the attempt before it",
            started_at=each.decided_at or each.attempts[-1].at,
            due=each.due,
            done_at=None,
            remind=(),
        )
        for each in silent
        if each.next
    ]


def told(act: Act, course: Course, hidden: HiddenWords) -> Sequence[types.Silence]:
    """Every silent vendor, as the owner of the case reads of it."""
    silent = silences_of(act, course)
    rows = Outcome.unscoped.filter(scopes.outcomes(act.actor), case=course.case, settled_at=None) if silent else ()
    waiting = {row.participant: row for row in rows}
    return [_silence(act, course, each, waiting.get(each.seat), hidden) for each in silent]


def _silence(act: Act, course: Course, each: Silence, waiting: Outcome | None, hidden: HiddenWords) -> types.Silence:
    return types.Silence(
        participant=each.seat,
        party=course.seats[each.seat].name,
        since=each.since,
        attempts=tuple(
            types.Attempt(channel=one.channel, at=one.at, because=hidden.over(one.because)) for one in each.attempts
        ),
        next=each.next.channel if each.next else None,
        next_says=each.next.says if each.next else "",
        due=each.due,
        late=each.due is not None and each.due <= act.now,
        ends=each.at_the_end,
        decided=each.decided,
        decided_at=each.decided_at,
        proposed=Way(waiting.way) if waiting else None,
        proposed_at=waiting.proposed_at if waiting else None,
        because=hidden.over(waiting.because) if waiting else "",
        yours=waiting is not None and waiting.proposed_by == act.actor.id,
    )
