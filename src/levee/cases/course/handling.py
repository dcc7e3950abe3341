"""What a vendor does with the report it got, and what its answers say that it has done: steps of its own machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.course.replay import Entry, Moves, Standing
from levee.cases.rules.answers import Answer
from levee.cases.rules.crossing import check_fix, check_report
from levee.cases.rules.facts import Event, Facts
from levee.cases.rules.reports import REPORT, Report, ReportVerb
from levee.kernel.errors import AgainstRules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

_TAKES_UP: Mapping[Report, Sequence[ReportVerb]] = {
    Report.RECEIVED: (ReportVerb.VALIDATE, ReportVerb.ACCEPT),
    Report.INVALID: (ReportVerb.VALIDATE, ReportVerb.ACCEPT),
    Report.VALID: (ReportVerb.ACCEPT,),
    Report.DEFERRED: (ReportVerb.ACCEPT,),
}
_SETS_ASIDE: Mapping[Report, Sequence[ReportVerb]] = {
    Report.RECEIVED: (ReportVerb.INVALIDATE,),
    Report.VALID: (ReportVerb.DEFER,),
    Report.ACCEPTED: (ReportVerb.DEFER,),
}
_IMPLIED = {Answer.AFFECTED: _TAKES_UP, Answer.FIXED: _TAKES_UP, Answer.NOT_AFFECTED: _SETS_ASIDE}
HANDLED = (*(verb for verb in ReportVerb if verb is not ReportVerb.RECEIVE), Event.FIX_READY, Event.FIX_DEPLOYED)
"""What a vendor does itself; it receives a report by being let in."""


def answered(state: Standing, seat: UUID, overall: Answer, now: datetime) -> list[Entry]:
    """What an answer implies: who is affected has taken the report up, who is not sets it aside, who fixed has a fix.

    Args:
        state: where the case stands.
        seat: the vendor's.
        overall: where the vendor stands with all its answers.
        now: when it answered.

    Raises:
        AgainstRules: the vendor has closed its report.
    """
    before = state.reports.get(seat, REPORT.start)
    if before is Report.CLOSED:
        raise AgainstRules("RM: a report that is closed takes no answer", code="case.rm")
    verbs = _IMPLIED.get(overall, {}).get(before, ())
    steps = [Entry(at=now, moves=Moves.REPORT, verb=verb, seat=seat, by=seat) for verb in verbs]
    if overall is Answer.FIXED and Event.FIX_READY not in state.fixes.get(seat, ()):
        steps.append(Entry(at=now, moves=Moves.FACTS, verb=Event.FIX_READY, seat=seat, by=seat))
    return steps


def handled(state: Standing, seat: UUID, verb: ReportVerb | Event, now: datetime, because: str) -> list[Entry]:
    """One step that a vendor says it took.

    Raises:
        AgainstRules: it is not open now, an embargo holds that keeps the report open (rule 7), or a fix is claimed of
            a report that was never taken up (rule 5).
    """
    if isinstance(verb, Event):
        check_fix(verb, state.reports.get(seat, REPORT.start))
        _after(state, seat, verb)
        return [Entry(at=now, moves=Moves.FACTS, verb=verb, seat=seat, by=seat, because=because)]
    check_report(verb, state.embargo)
    step = Entry(at=now, moves=Moves.REPORT, verb=verb, seat=seat, by=seat, because=because)
    state.after(step)
    return [step]


def learned(state: Standing, seat: UUID, by: UUID, now: datetime, because: str) -> list[Entry]:
    """The owner's word that a vendor knows of the flaw, although no report of this case reached it.

    Raises:
        AgainstRules: it is on record already.
    """
    _after(state, seat, Event.VENDOR_AWARE)
    return [Entry(at=now, moves=Moves.FACTS, verb=Event.VENDOR_AWARE, seat=seat, by=by, because=because)]


def open_to(state: Standing, seat: UUID, now: datetime) -> list[ReportVerb | Event]:
    """What a vendor can do now, in the order of its work."""
    return [verb for verb in HANDLED if _is_open(state, seat, verb, now)]


def _is_open(state: Standing, seat: UUID, verb: ReportVerb | Event, now: datetime) -> bool:
    try:
        return bool(handled(state, seat, verb, now, ""))
    except AgainstRules:
        return False


def _after(state: Standing, seat: UUID, event: Event) -> None:
    """Refuse what cannot come next for this vendor; the world is the same for all."""
    Facts(state.fixes.get(seat, frozenset()) | state.world).after(event)
