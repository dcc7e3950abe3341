"""How a participant comes in, agrees, leaves: the steps of its own machines, and of nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.course.replay import Entry, Moves, Standing
from levee.cases.rules.crossing import HOLDING, breach
from levee.cases.rules.embargo import CONSENT, Consent, ConsentVerb, Embargo
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import REPORT, ReportVerb

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def let_in(state: Standing, seat: UUID, by: UUID, consent: Consent, now: datetime) -> list[Entry]:
    """A vendor is told at once, by the owner's decision; or is offered the terms first (rule 13)."""
    if consent is Consent.INVITED:
        return [Entry(at=now, moves=Moves.CONSENT, verb=ConsentVerb.INVITE, seat=seat, by=by)]
    return came_in(state, seat, now, by=by)


def came_in(state: Standing, seat: UUID, now: datetime, *, by: UUID | None = None) -> list[Entry]:
    """A vendor agrees and gets the report; from its first receipt on it is aware of the flaw (rule 6)."""
    steps = [Entry(at=now, moves=Moves.CONSENT, verb=ConsentVerb.ACCEPT, seat=seat, by=by or seat)]
    if state.reports.get(seat, REPORT.start) is REPORT.start:
        steps.append(Entry(at=now, moves=Moves.REPORT, verb=ReportVerb.RECEIVE, seat=seat, by=by or seat))
    if Event.VENDOR_AWARE not in state.fixes.get(seat, ()):
        steps.append(Entry(at=now, moves=Moves.FACTS, verb=Event.VENDOR_AWARE, seat=seat, by=by or seat))
    return steps


def holds_it_too(state: Standing, seat: UUID, by: UUID, now: datetime) -> list[Entry]:
    """A later finder holds the secret already: it is bound as the first ones are (rule 12), or asked as they are."""
    if state.embargo is Embargo.PROPOSED:
        return [Entry(at=now, moves=Moves.CONSENT, verb=ConsentVerb.INVITE, seat=seat, by=by)]
    bound = state.embargo in HOLDING
    return [Entry(at=now, moves=Moves.CONSENT, verb=ConsentVerb.ACCEPT, seat=seat, by=seat)] if bound else []


def invited_anew(state: Standing, seat: UUID, by: UUID, now: datetime) -> list[Entry]:
    """Who declined or left gets the terms once more; nothing, where it agrees or is invited still."""
    if (state.consent(seat), ConsentVerb.INVITE) not in CONSENT.steps:
        return []
    return [Entry(at=now, moves=Moves.CONSENT, verb=ConsentVerb.INVITE, seat=seat, by=by)]


def consented(state: Standing, seat: UUID, verb: ConsentVerb, now: datetime) -> list[Entry]:
    """A participant's own word on the embargo: it agrees, declines, or withdraws.

    Raises:
        Conflict: it left (rule 9), or its consent does not take this.
    """
    if seat in state.left:
        raise breach(9, "your part in this case has ended")
    step = Entry(at=now, moves=Moves.CONSENT, verb=verb, seat=seat, by=seat)
    state.after(step)
    return [step]
