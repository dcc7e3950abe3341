"""What happened in a case, in order, from what its reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from levee.cases.course.replay import Moves
from levee.cases.rules.claims import Claim
from levee.cases.rules.embargo import Consent, Embargo, EmbargoVerb
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import ReportVerb
from levee.cases.types import Settlement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from levee.advisories.types import Advisory, Publication
    from levee.cases.types import Answered, Case, HandOver, Opening, Participant, Step, Transfer
    from levee.cases.types import Claim as Said
    from levee.fixes.types import Fix


class Happened(NamedTuple):
    """One line of the timeline."""

    at: datetime
    text: str


def timeline(*told: Iterable[Happened]) -> list[Happened]:
    """Everything that happened, newest first."""
    return sorted((event for events in told for event in events), reverse=True)


def of_case(case: Case, advisory: Advisory | None) -> Iterator[Happened]:
    """From opening to publication."""
    yield Happened(case.opened_at, "Case opened")
    if case.embargo is Embargo.EXITED and case.embargo_ended_at:
        yield Happened(case.embargo_ended_at, f"Embargo ended: {_words(case.embargo_end_reason)}")
    if advisory and advisory.published_at:
        yield Happened(advisory.published_at, f"Published as {advisory.name}")


def of_publications(publications: Iterable[Publication]) -> Iterator[Happened]:
    """What the owner's people asked to publish, and what a second person said to it."""
    for each in publications:
        if each.alone:
            yield Happened(each.asked_at, f"{each.by} published alone, as {each.alone.says}: {each.settlement}")
        else:
            yield Happened(each.asked_at, f"{each.by} asked a second person to publish {each.digest[:12]}")
        if each.settled_at and not each.alone:
            did = "agreed to" if each.agreed else "refused"
            yield Happened(each.settled_at, f"{each.settled} {did} {each.digest[:12]}: {each.settlement}")
        if each.reviewed_at:
            found = "right" if each.stands else "wrong"
            yield Happened(each.reviewed_at, f"{each.reviewed} found it {found} to publish alone: {each.review}")


def of_participants(case: Case, participants: Iterable[Participant]) -> Iterator[Happened]:
    """Who came in and consented."""
    for each in participants:
        if each.since != case.opened_at:
            yield Happened(each.since, f"{each.name} was let in as {each.capacity}")
        if each.consented_at:
            did = "accepted" if each.consent is Consent.SIGNATORY else "declined"
            yield Happened(each.consented_at, f"{each.name} {did} the terms of the embargo")


def of_answers(answers: Iterable[Answered]) -> Iterator[Happened]:
    """What the vendors answered."""
    for each in answers:
        yield Happened(each.at, f"{each.by} answered for {each.party}, {each.about}: {_words(each.answer)}")


def of_handling(steps: Iterable[Step]) -> Iterator[Happened]:
    """What the vendors did with the report and have of a fix; what comes with being let in is told with that."""
    for each in steps:
        came = each.verb in {ReportVerb.RECEIVE, Event.VENDOR_AWARE} and not each.because
        if each.party and each.moves in {Moves.REPORT, Moves.FACTS} and not came:
            yield Happened(each.at, f"{each.says}: {each.because}" if each.because else each.says)


def of_proposals(steps: Iterable[Step]) -> Iterator[Happened]:
    """What was proposed about the embargo and what came of it; its end is told with the case."""
    for each in steps:
        if each.moves == Moves.EMBARGO and each.verb != EmbargoVerb.TERMINATE:
            yield Happened(each.at, each.says)


def of_clocks(steps: Iterable[Step]) -> Iterator[Happened]:
    """Policies with time limits that were kept or dropped, and what was stated about their clocks."""
    for each in steps:
        if each.moves == Moves.CLOCK:
            yield Happened(each.at, each.says)


def of_silence(steps: Iterable[Step]) -> Iterator[Happened]:
    """How vendors that stay silent were followed, and what was decided about them."""
    for each in steps:
        if each.moves == Moves.SILENCE:
            yield Happened(each.at, f"{each.says}: {each.because}" if each.because else each.says)


def of_claims(claims: Iterable[Said]) -> Iterator[Happened]:
    """What was said to be out, and what was decided."""
    for each in claims:
        yield Happened(each.at, f"{each.by} says: {each.says}")
        if each.decided_at:
            decided = "refused" if each.state is Claim.REFUSED else "accepted"
            yield Happened(each.decided_at, f"“{each.says}” was {decided}: {each.because}")
        if each.doubted_at:
            yield Happened(each.doubted_at, f"That “{each.says}” was accepted is doubted: {each.doubt}")
        if each.settled_at:
            settled = "was corrected" if each.state is Claim.CORRECTED else "was upheld"
            yield Happened(each.settled_at, f"“{each.says}” {settled}: {each.settlement}")


def of_fixes(fixes: Iterable[Fix]) -> Iterator[Happened]:
    """What was attached, and what its check showed."""
    for fix in fixes:
        yield Happened(fix.attached_at, f"{fix.author} attached {_fix(fix)}")
        if fix.checked_at:
            yield Happened(fix.checked_at, f"{_fix(fix).capitalize()} {fix.state}: {fix.detail}")


def of_transfers(transfers: Iterable[Transfer]) -> Iterator[Happened]:
    """To which other owners the case was offered, and what came of it."""
    did = {Settlement.TAKEN: "took it over", Settlement.DECLINED: "declined to own it"}
    for each in transfers:
        yield Happened(each.at, f"Offered to {each.to}, to own it: {each.because}")
        if each.settled_at and each.settlement:
            says = f"{each.to} {did[each.settlement]}" if each.settlement in did else "The offer was taken back"
            yield Happened(each.settled_at, says)


def of_hand_overs(taken: Iterable[HandOver]) -> Iterator[Happened]:
    """Documents that were taken, to be handed to another clearinghouse."""
    for each in taken:
        yield Happened(each.at, f"{each.by} took the case as a document, version {each.version}, TLP:{each.tlp}")


def of_openings(openings: Iterable[Opening]) -> Iterator[Happened]:
    """Codes that were typed at links."""
    for opening in openings:
        came = "A code from a letter was used" if opening.opened else "A wrong code was typed at a link"
        yield Happened(opening.at, came)


def _fix(fix: Fix) -> str:
    return f"the upgrade to {fix.upgrade}" if fix.upgrade else "a patch"


def _words(value: str) -> str:
    return value.replace("_", " ")
