"""How far up the ladder a silent vendor has been followed, from the case's history: what was tried, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.cases.course.replay import Entry, Moves, Standing
from levee.cases.ladder.rungs import ATTEMPTS, Approach, policy
from levee.cases.rules.facts import WORLD
from levee.cases.rules.reports import Report
from levee.kernel.errors import AgainstRules, BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.cases.ladder.rungs import Rung

TRIED, DECIDED = "try", "decide"
"""The verbs of silence in a case's history, each with what it is about."""
NOTHING_DONE = frozenset({Report.START, Report.RECEIVED})


class Way(StrEnum):
    """What is done about a vendor that nobody reaches."""

    PUBLISH = "publish"
    MITIGATION = "mitigation"
    STEWARD = "steward"
    HOLD = "hold"

    @property
    def says(self) -> str:
        """As a sentence without its subject."""
        return _SAYS[self]


_SAYS = {
    Way.PUBLISH: "publish without its fix",
    Way.MITIGATION: "publish a mitigation only",
    Way.STEWARD: "find a steward for the code",
    Way.HOLD: "hold, and look again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to reach it."""

    channel: Approach
    at: datetime
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A vendor that has not answered.

    Attributes:
        since: when it was first told, or asked.
        attempts: oldest first; the letter that let it in is one.
        next: what is due next, and when; None once a decision ended the ladder.
        decided: the decision that stands, and when it was made.
    """

    seat: UUID
    since: datetime
    attempts: Sequence[Attempt]
    next: Rung | None
    due: datetime | None
    decided: Way | None
    decided_at: datetime | None

    @property
    def at_the_end(self) -> bool:
        """Whether everything was tried that the policy names."""
        return {each.channel for each in self.attempts} >= set(ATTEMPTS)


def silences(
    told: Iterable[Entry], standing: Standing, since: dict[UUID, datetime], answered: Iterable[UUID]
) -> list[Silence]:
    """The vendors that have not answered, in the order in which they came in.

    Args:
        told: the case's whole history.
        standing: where it leads.
        since: when each vendor came in.
        answered: those that have answered for a product.
    """
    heard = {*answered, *(seat for seat, report in standing.reports.items() if report not in NOTHING_DONE)}
    steps = [entry for entry in told if entry.moves is Moves.SILENCE]
    return [
        _silence(seat, at, [entry for entry in steps if entry.seat == seat])
        for seat, at in sorted(since.items(), key=lambda each: each[1])
        if seat not in heard and seat not in standing.left
    ]


def _silence(seat: UUID, since: datetime, steps: Iterable[Entry]) -> Silence:
    chosen = policy()
    attempts = [Attempt(channel=Approach.LETTER, at=since, because="")]
    decided = decided_at = None
    for entry in steps:
        verb, _, about = entry.verb.partition(" ")
        if verb == TRIED:
            attempts.append(Attempt(channel=Approach(about), at=entry.at, because=entry.because))
        else:
            decided, decided_at = Way(about), entry.at
    rung = chosen.after(max((each.channel for each in attempts), key=list(Approach).index))
    last = attempts[-1].at
    due: datetime | None = last + rung.wait
    if decided is Way.HOLD and decided_at is not None:
        rung, due = chosen.rungs[-1], decided_at + chosen.hold
    over = decided is not None and decided is not Way.HOLD
    return Silence(
        seat=seat,
        since=since,
        attempts=attempts,
        next=None if over else rung,
        due=None if over else due,
        decided=decided,
        decided_at=decided_at,
    )


def tried(silence: Silence | None, by: UUID, channel: Approach, now: datetime, because: str) -> list[Entry]:
    """One more attempt.

    Raises:
        BadInput: the decision is no attempt, nor is the letter that let it in.
        AgainstRules: the vendor has answered, or it was decided what is done.
    """
    if channel in {Approach.LETTER, Approach.DECISION}:
        raise BadInput(f"one of {', '.join(ATTEMPTS[1:])}", place="channel")
    seat = _open(silence)
    return [Entry(at=now, moves=Moves.SILENCE, verb=f"{TRIED} {channel}", seat=seat, by=by, because=because)]


def check_end(silence: Silence | None, standing: Standing) -> None:
    """Whether it may be decided what is done about a vendor: once all was tried, or once something is out.

    Raises:
        AgainstRules: not yet, or the vendor has answered.
    """
    _open(silence)
    if silence and not silence.at_the_end and not WORLD & standing.world:
        missing = [each.words for each in ATTEMPTS if each not in {tried.channel for tried in silence.attempts}]
        raise AgainstRules(
            f"not everything was tried: {', '.join(missing)}",
            code="case.silence",
            advice="try it, and put on record what came of it; or wait until something is out",
        )


def decided(silence: Silence | None, by: UUID, way: Way, now: datetime, because: str) -> list[Entry]:
    """What two people decided.

    Raises:
        AgainstRules: the vendor has answered, or it was decided before.
    """
    seat = _open(silence)
    return [Entry(at=now, moves=Moves.SILENCE, verb=f"{DECIDED} {way}", seat=seat, by=by, because=because)]


def _open(silence: Silence | None) -> UUID:
    if silence is None:
        raise AgainstRules("this vendor has answered", code="case.silence")
    if silence.next is None:
        raise AgainstRules("it is decided what is done about this vendor", code="case.silence")
    return silence.seat
