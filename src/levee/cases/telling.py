"""A case's history and the proposals in it, as its participants read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases import types
from levee.cases.clocks.moments import Moment
from levee.cases.course.replay import Entry, Moves
from levee.cases.ladder.climbing import TRIED, Way
from levee.cases.ladder.rungs import Approach
from levee.cases.rules.embargo import ConsentVerb, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import ReportVerb
from levee.cases.services.watching import KEEP, STATE
from levee.formats.vultron import Step as Vultron
from levee.formats.vultron import message_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from levee.cases.services.course import Course
    from levee.findings.types import HiddenWords

THE_CLOCK = "time"
_CONSENTS = {
    ConsentVerb.INVITE: "is asked to agree to the embargo",
    ConsentVerb.ACCEPT: "agrees to the embargo",
    ConsentVerb.DECLINE: "does not agree to the embargo",
    ConsentVerb.REVISE: "is asked anew, since another end is proposed",
    ConsentVerb.RESET: "has no embargo to agree to",
}
_REPORTS = {
    ReportVerb.RECEIVE: "got the report",
    ReportVerb.VALIDATE: "finds the report valid",
    ReportVerb.INVALIDATE: "finds the report invalid",
    ReportVerb.ACCEPT: "takes the report up",
    ReportVerb.DEFER: "sets the report aside",
    ReportVerb.CLOSE: "closes the report",
}


def told(course: Course, hidden: HiddenWords, *, held: datetime | None, reader: UUID) -> Iterator[types.Step]:
    """The whole history, oldest first.

    Args:
        course: the case's.
        hidden: words that were hidden in its findings.
        held: from when on the reader is told no reasons but those of the embargo, and nothing that is said about
            clocks; None for all.
        reader: whose party reads it, and reads its own words anyway.
    """
    called = {key: seat.name for key, seat in course.seats.items()}
    for number, (entry, (embargo, state)) in enumerate(zip(course.told, course.moved, strict=True), 1):
        message = message_of(Vultron(entry.moves, entry.verb), embargo)
        held_back = _is_held(course, entry, held, reader)
        if held_back and entry.moves is Moves.CLOCK:
            entry, state = entry._replace(verb=entry.verb.partition(" ")[0], end=None), ""  # noqa: PLW2901 - as it reads
        yield types.Step(
            number=number,
            at=entry.at,
            moves=entry.moves,
            verb=entry.verb,
            seat=entry.seat,
            party=called.get(entry.seat, "") if entry.seat else "",
            by=called.get(entry.by, "") if entry.by else THE_CLOCK,
            state=state,
            says=_says(entry, called),
            message=message,
            proposal=entry.proposal,
            end=entry.end,
            answer_by=entry.answer_by,
            because="" if held_back else hidden.over(entry.because),
        )


def _is_held(course: Course, entry: Entry, held: datetime | None, reader: UUID) -> bool:
    if held is None or entry.at < held:
        return False
    of_case = entry.moves in {Moves.REPORT, Moves.FACTS, Moves.CLOCK, Moves.SILENCE}
    own = entry.by is not None and course.seats[entry.by].party == reader
    return of_case and not own


def proposals(course: Course, hidden: HiddenWords) -> list[types.Proposal]:
    """Every proposal, in the order in which they were first made."""
    made: dict[UUID, Entry] = {}
    decided: dict[UUID, Entry] = {}
    for entry in course.told:
        if entry.moves is not Moves.EMBARGO:
            continue
        if entry.proposal and entry.verb == EmbargoVerb.PROPOSE:
            made.setdefault(entry.proposal, entry)
        elif entry.proposal:
            decided[entry.proposal] = entry
        else:  # the embargo ended, and what was open with it
            decided |= dict.fromkeys(made.keys() - decided.keys(), entry)
    return [_proposal(course, key, each, decided.get(key), hidden) for key, each in made.items()]


def _proposal(course: Course, key: UUID, made: Entry, decided: Entry | None, hidden: HiddenWords) -> types.Proposal:
    by = course.seats.get(made.by) if made.by else None
    return types.Proposal(
        id=key,
        by=by.name if by else "",
        at=made.at,
        end=made.end or made.at,
        answer_by=made.answer_by,
        because=hidden.over(made.because),
        state=_OUTCOMES[EmbargoVerb(decided.verb)] if decided else "open",
        decided_at=decided.at if decided else None,
        decided_because=hidden.over(decided.because) if decided else "",
    )


_OUTCOMES = {
    EmbargoVerb.ACCEPT: "accepted",
    EmbargoVerb.REJECT: "rejected",
    EmbargoVerb.TERMINATE: "rejected",
}


def _clock(entry: Entry, by: str) -> str:
    verb, _, about = entry.verb.partition(" ")
    if not about:
        return f"{by} says something about clocks"
    if verb == STATE:
        return f"{by} says that {Moment(about).says}: {entry.end:%Y-%m-%d %H:%M} UTC"
    return f"{by} keeps {about}" if verb == KEEP else f"{by} no longer keeps {about}"


def _silence(entry: Entry, by: str, who: str) -> str:
    verb, _, about = entry.verb.partition(" ")
    if verb == TRIED:
        return f"{by} tries to reach {who}: {Approach(about).words}"
    return f"{by} decides by two people, since {who} does not answer: {Way(about).says}"


def _says(entry: Entry, called: dict[UUID, str]) -> str:
    who = called.get(entry.seat, "somebody") if entry.seat else ""
    by = called.get(entry.by, "somebody") if entry.by else "Time"
    if entry.moves is Moves.EMBARGO:
        return _embargo(entry, by)
    if entry.moves is Moves.CONSENT:
        withdrew = entry.verb == ConsentVerb.REVISE and entry.by == entry.seat
        return f"{who} {'leaves the embargo' if withdrew else _CONSENTS[ConsentVerb(entry.verb)]}"
    if entry.moves is Moves.REPORT:
        return f"{who} {_REPORTS[ReportVerb(entry.verb)]}"
    if entry.moves is Moves.CLOCK:
        return _clock(entry, by)
    if entry.moves is Moves.SILENCE:
        return _silence(entry, by, who)
    event = Event(entry.verb)
    return f"{who}: {event.words}" if entry.seat else f"{event.words.capitalize()}, accepted by {by}"


def _embargo(entry: Entry, by: str) -> str:
    until = f"{entry.end:%Y-%m-%d %H:%M} UTC" if entry.end else ""
    verb = EmbargoVerb(entry.verb)
    if verb is EmbargoVerb.PROPOSE:
        return f"{by} proposes an embargo until {until}"
    if verb is EmbargoVerb.ACCEPT:
        return f"{by} agrees to an embargo until {until}"
    if verb is EmbargoVerb.REJECT:
        return f"{by} declines an embargo until {until}" if entry.by else f"No answer in time: not until {until}"
    return "The embargo ends: " + ("its time is over" if entry.because == EndReason.TIME else entry.because)
