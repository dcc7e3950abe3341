"""A case's history, entry by entry, and where it leads; what only the clock does is worked out on the way."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import CONSENT, EMBARGO, Consent, ConsentVerb, Embargo, EmbargoVerb, EndReason
from levee.cases.rules.facts import WORLD, Event, Facts
from levee.cases.rules.reports import REPORT, Report, ReportVerb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

NO_REPLY = "no reply in time is read as no"
OPEN = frozenset({Embargo.PROPOSED, Embargo.REVISE})


class Moves(StrEnum):
    """Which machine an entry moves."""

    EMBARGO = "EM"
    CONSENT = "PEC"
    REPORT = "RM"
    FACTS = "CS"
    CLOCK = "CLK"
    SILENCE = "SIL"


class Entry(NamedTuple):
    """One step of one machine.

    Attributes:
        at: when.
        moves: which machine.
        verb: its verb, or the letter of what happened; of clocks and silence, the verb and what it is about.
        seat: the participant whose machine it is; None for the case's own.
        by: the participant who did it; None for the clock.
        proposal: the proposal that an embargo's verb is about.
        end: the end that is proposed or agreed; of clocks, when what is stated happened.
        answer_by: the instant from which no answer is read as no.
        because: why, in the words of who did it.
    """

    at: datetime
    moves: Moves
    verb: str
    seat: UUID | None = None
    by: UUID | None = None
    proposal: UUID | None = None
    end: datetime | None = None
    answer_by: datetime | None = None
    because: str = ""


class Standing(NamedTuple):
    """Where a case and each of its participants stand.

    Attributes:
        embargo: the case's embargo.
        end: the agreed end; None without an embargo.
        owner: the seat that decides on proposals, and is not asked for its consent.
        proposals: those that wait for the owner, in the order in which they were made.
        consents: each participant's consent.
        lost: since when a participant that had signed, or was asked, is not bound; while an embargo holds it is told
            nothing new.
        bound: who had signed the terms in force when a revision of them was proposed.
        left: who left, or declined terms that came into force.
        reports: how each participant stands to the report.
        fixes: of each vendor, what of V, F and D has happened.
        world: what has happened in the world.
    """

    embargo: Embargo = Embargo.NONE
    end: datetime | None = None
    owner: UUID | None = None
    proposals: tuple[Entry, ...] = ()
    consents: Mapping[UUID, Consent] = MappingProxyType({})
    lost: Mapping[UUID, datetime] = MappingProxyType({})
    bound: frozenset[UUID] = frozenset()
    left: frozenset[UUID] = frozenset()
    reports: Mapping[UUID, Report] = MappingProxyType({})
    fixes: Mapping[UUID, frozenset[Event]] = MappingProxyType({})
    world: frozenset[Event] = frozenset()

    @property
    def facts(self) -> Facts:
        """What has happened, with the vendor that is furthest."""
        return Facts(self.world.union(*self.fixes.values()))

    def consent(self, seat: UUID) -> Consent:
        """Of one participant."""
        return self.consents.get(seat, CONSENT.start)

    def held_since(self, seat: UUID) -> datetime | None:
        """Since when a participant is told nothing new, because an embargo holds that it has not agreed to."""
        bound = self.embargo not in HOLDING or seat == self.owner or self.consent(seat) is Consent.SIGNATORY
        return None if bound else self.lost.get(seat)

    def of(self, entry: Entry) -> str:
        """The state of the machine that an entry moved; of what is no machine, what the entry is about."""
        if entry.moves is Moves.EMBARGO:
            return self.embargo
        if entry.moves in {Moves.CLOCK, Moves.SILENCE}:
            return entry.verb.partition(" ")[2]
        if entry.moves is Moves.CONSENT and entry.seat:
            return self.consent(entry.seat)
        if entry.moves is Moves.REPORT and entry.seat:
            return self.reports.get(entry.seat, REPORT.start)
        happened = self.fixes.get(entry.seat, frozenset()) if entry.seat else self.world
        return "".join(each for each in Event if each in happened)

    def after(self, entry: Entry) -> Standing:
        """Where things stand after one more step.

        Raises:
            Conflict: the machine does not take it.
        """
        if entry.moves is Moves.EMBARGO:
            return _embargo(self, entry)
        if entry.moves is Moves.CONSENT and entry.seat:
            return _consent(self, entry, entry.seat)
        if entry.moves is Moves.REPORT and entry.seat:
            before = self.reports.get(entry.seat, REPORT.start)
            return self._replace(reports={**self.reports, entry.seat: REPORT.after(before, ReportVerb(entry.verb))})
        if entry.moves in {Moves.CLOCK, Moves.SILENCE}:
            return self  # these are no machines: clocks watch the others, and who is silent moves nothing
        event = Event(entry.verb)
        if event in WORLD or entry.seat is None:
            return self._replace(world=self.world | {event})
        return self._replace(fixes={**self.fixes, entry.seat: self.fixes.get(entry.seat, frozenset()) | {event}})


def _embargo(state: Standing, entry: Entry) -> Standing:
    verb = EmbargoVerb(entry.verb)
    others = tuple(each for each in state.proposals if entry.proposal and each.proposal != entry.proposal)
    if verb is EmbargoVerb.REJECT and others and state.embargo in OPEN:
        return state._replace(proposals=others)  # of several, one is gone: the others are still proposed
    after = EMBARGO.after(state.embargo, verb)
    if verb is EmbargoVerb.PROPOSE:
        bound = _signatories(state) if state.embargo is Embargo.ACTIVE else state.bound
        return state._replace(embargo=after, proposals=(*others, entry), bound=bound)
    if verb is not EmbargoVerb.ACCEPT:
        return state._replace(embargo=after, proposals=())
    unbound = state.consents.keys() - _signatories(state)
    refused = {seat for seat in unbound if state.consents[seat] is Consent.DECLINED}
    lost = {**dict.fromkeys(unbound, entry.at), **state.lost}
    return state._replace(embargo=after, end=entry.end, proposals=others, lost=lost, left=state.left | refused)


def _signatories(state: Standing) -> frozenset[UUID]:
    return frozenset(seat for seat, consent in state.consents.items() if consent is Consent.SIGNATORY)


def _consent(state: Standing, entry: Entry, seat: UUID) -> Standing:
    before, verb = state.consent(seat), ConsentVerb(entry.verb)
    after = CONSENT.after(before, verb)
    lost, left = state.lost, state.left - {seat}
    if before is Consent.SIGNATORY:
        lost = {**lost, seat: entry.at}
    elif after is Consent.SIGNATORY:
        lost = {each: since for each, since in lost.items() if each != seat}
    if entry.by == seat and verb in {ConsentVerb.DECLINE, ConsentVerb.REVISE}:
        left |= {seat} if verb is ConsentVerb.REVISE or state.embargo not in OPEN else set()
    return state._replace(consents={**state.consents, seat: after}, lost=lost, left=left)


def round_over(state: Standing, at: datetime, by: UUID | None) -> list[Entry]:
    """What follows for consent when the last proposal is gone: who had signed the old terms is bound by them again."""

    def step(seat: UUID, verb: ConsentVerb) -> Entry:
        return Entry(at=at, moves=Moves.CONSENT, verb=verb, seat=seat, by=by)

    steps: list[Entry] = []
    for seat, consent in state.consents.items():
        if seat in state.left:
            continue
        if state.embargo is Embargo.NONE and consent is not CONSENT.start:
            steps.append(step(seat, ConsentVerb.RESET))
        elif state.embargo is Embargo.ACTIVE and seat in state.bound and consent is not Consent.SIGNATORY:
            again = [ConsentVerb.INVITE] if consent is Consent.DECLINED else []
            steps += [step(seat, verb) for verb in (*again, ConsentVerb.ACCEPT)]
    return steps


def _due(state: Standing, now: datetime) -> list[Entry]:
    """The next that the clock has done by now: the end of the embargo, or of the time for an answer."""
    if state.embargo in HOLDING and state.end and state.end <= now:
        overdue = [each.answer_by for each in state.proposals if each.answer_by and each.answer_by < state.end]
        if not overdue:
            verb, reason = EmbargoVerb.TERMINATE, EndReason.TIME
            return [Entry(at=state.end, moves=Moves.EMBARGO, verb=verb, because=reason)]
    late = [each for each in state.proposals if each.answer_by and each.answer_by <= now]
    for each in sorted(late, key=lambda each: each.answer_by or each.at)[:1]:
        at = each.answer_by or each.at
        gone = Entry(
            at=at, moves=Moves.EMBARGO, verb=EmbargoVerb.REJECT, proposal=each.proposal, end=each.end, because=NO_REPLY
        )
        after = state.after(gone)
        return [gone, *(round_over(after, at, None) if not after.proposals else [])]
    return []


class Replayed(NamedTuple):
    """A history that was gone through.

    Attributes:
        standing: where the case stands in the end.
        told: the whole history, the clock's part in its place.
        moved: of each of its entries, the embargo before it and the state of its machine after it.
    """

    standing: Standing
    told: Sequence[Entry]
    moved: Sequence[tuple[Embargo, str]]


def replay(entries: Iterable[Entry], start: Standing, now: datetime) -> Replayed:
    """Go through a case's history, in order, and through what the clock did between its entries and up to now."""
    state, told, moved = start, [], []

    def take(steps: Iterable[Entry]) -> None:
        nonlocal state
        for step in steps:
            before, state = state.embargo, state.after(step)
            told.append(step)
            moved.append((before, state.of(step)))

    for entry in (*entries, None):
        while due := _due(state, entry.at if entry else now):
            take(due)
        if entry:
            take([entry])
    return Replayed(state, told, moved)
