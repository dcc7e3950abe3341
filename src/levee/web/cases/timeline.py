"""What happened in a case, in order, from what its reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.cases.rules.embargo import Consent, Embargo

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from levee.advisories.types import Advisory
    from levee.cases.types import Case, Opening, Participant
    from levee.fixes.types import Fix


@dataclass(frozen=True, slots=True, order=True)
class Happened:
    """One line of the timeline."""

    at: datetime
    text: str


def timeline(
    case: Case,
    participants: Iterable[Participant],
    fixes: Iterable[Fix],
    advisory: Advisory | None,
    openings: Iterable[Opening],
) -> list[Happened]:
    """Everything that happened, newest first."""
    events = [Happened(case.opened_at, "Case opened")]
    for each in participants:
        if each.since != case.opened_at:
            events.append(Happened(each.since, f"{each.name} was let in as {each.capacity}"))
        if each.consented_at:
            did = "accepted" if each.consent is Consent.SIGNATORY else "declined"
            events.append(Happened(each.consented_at, f"{each.name} {did} the terms of the embargo"))
        if each.answered_at:
            told = f"{each.answered_by} answered for {each.name}: {_words(each.answer)}"
            events.append(Happened(each.answered_at, told))
    for fix in fixes:
        events.append(Happened(fix.attached_at, f"{fix.author} attached {_fix(fix)}"))
        if fix.checked_at:
            events.append(Happened(fix.checked_at, f"{_fix(fix).capitalize()} {fix.state}: {fix.detail}"))
    for opening in openings:
        came = "A code from a letter was used" if opening.opened else "A wrong code was typed at a link"
        events.append(Happened(opening.at, came))
    if case.embargo is Embargo.EXITED and case.embargo_ended_at:
        events.append(Happened(case.embargo_ended_at, f"Embargo ended: {_words(case.embargo_end_reason)}"))
    if advisory and advisory.published_at:
        events.append(Happened(advisory.published_at, f"Published as {advisory.name}"))
    return sorted(events, reverse=True)


def _fix(fix: Fix) -> str:
    return f"the upgrade to {fix.upgrade}" if fix.upgrade else "a patch"


def _words(value: str) -> str:
    return value.replace("_", " ")
