"""What proposals and decisions about an embargo lead to: the steps of every machine, or a refusal by its rule."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from levee.cases.course.replay import OPEN, Entry, Moves, Standing, round_over
from levee.cases.rules.crossing import HOLDING, breach, check_embargo
from levee.cases.rules.embargo import LONGEST, Consent, ConsentVerb, Embargo, EmbargoVerb, EndReason
from levee.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

REPLY_WITHIN = timedelta(days=5)
"""How long a proposal waits for its answer where it does not say."""


def opened(seats: Iterable[UUID], owner: UUID, end: datetime, proposal: UUID, now: datetime) -> list[Entry]:
    """A case that begins under embargo: its owner's published terms are a proposal, which silence accepts (rule 12)."""
    about = Entry(at=now, moves=Moves.EMBARGO, verb=EmbargoVerb.PROPOSE, by=owner, proposal=proposal, end=end)
    signed = (
        Entry(at=now, moves=Moves.CONSENT, verb=ConsentVerb.ACCEPT, seat=seat, by=seat) for seat in (owner, *seats)
    )
    return [about, about._replace(verb=EmbargoVerb.ACCEPT), *signed]


def proposed(state: Standing, by: UUID, proposal: Entry) -> list[Entry]:
    """A proposal, which makes a secret of what had none, or revises the embargo that holds.

    Raises:
        Conflict: by rules 1 to 4, 9 or 10.
    """
    check_embargo(EmbargoVerb.PROPOSE, state.facts)
    _check_times(state, proposal)
    consent = state.consent(by)
    if by in state.left or consent is Consent.DECLINED:
        raise breach(9, "who does not agree to the embargo proposes nothing")
    steps = [proposal]
    if state.embargo not in OPEN:
        steps += _asked(state, proposal.at, by, but={by})
    if by != state.owner and consent is not Consent.SIGNATORY:
        steps.append(Entry(at=proposal.at, moves=Moves.CONSENT, verb=ConsentVerb.ACCEPT, seat=by, by=by))
    return steps


def _asked(state: Standing, at: datetime, by: UUID, *, but: set[UUID | None]) -> list[Entry]:
    """Everyone else is asked anew: signatories lapse, and who had nothing to consent to is invited."""
    verbs = {Consent.SIGNATORY: ConsentVerb.REVISE}
    if state.embargo is Embargo.NONE:
        verbs[Consent.NO_EMBARGO] = ConsentVerb.INVITE
    return [
        Entry(at=at, moves=Moves.CONSENT, verb=verbs[state.consent(seat)], seat=seat, by=by)
        for seat in state.reports.keys() | state.consents.keys()
        if state.consent(seat) in verbs and seat not in state.left and seat not in {state.owner, *but}
    ]


def reply_by(state: Standing, end: datetime, now: datetime) -> datetime:
    """When a proposal that does not say so has waited long enough: in five days, or when either embargo ends."""
    return min(end, now + REPLY_WITHIN, *([state.end] if state.end and state.embargo in HOLDING else []))


def _check_times(state: Standing, proposal: Entry) -> None:
    end, answer_by, now = proposal.end, proposal.answer_by, proposal.at
    if end is None or answer_by is None or not now < end <= now + LONGEST:
        raise breach(10, f"the end of an embargo lies ahead, within {LONGEST.days} days")
    if end == state.end and state.embargo in HOLDING:
        raise breach(10, "this end is agreed already")
    last = min(end, state.end) if state.end and state.embargo in HOLDING else end
    if not now < answer_by <= last:
        raise breach(10, f"an answer is given between now and {last.isoformat()}")


def accepted(state: Standing, by: UUID, proposal: UUID, now: datetime, because: str) -> list[Entry]:
    """The owner agrees: the shortest of the proposals is in force, and the longer ones are a revision of it.

    Raises:
        NotFound: no such proposal waits. Conflict: by rule 3, or 11 where a shorter one waits.
    """
    chosen = _waiting(state, proposal)
    check_embargo(EmbargoVerb.ACCEPT, state.facts)
    shorter = [each for each in state.proposals if (each.end or now) < (chosen.end or now)]
    if shorter:
        raise breach(11, "a shorter one waits")
    return _agreed(state, by, chosen, now, because)


def shortened(state: Standing, proposal: Entry) -> list[Entry]:
    """The owner brings the end forward (rule 11): who agreed to the longer embargo has agreed to the shorter one.

    Raises:
        Conflict: by rules 1 to 4, 10, or 11 where the end is not earlier.
    """
    by = proposal.by
    check_embargo(EmbargoVerb.PROPOSE, state.facts)
    if by is None or state.embargo not in HOLDING:
        raise breach(11, "there is no embargo to shorten")
    _check_times(state, proposal)
    if proposal.end and state.end and proposal.end > state.end:
        raise breach(11, f"this is later than {state.end.isoformat()}")
    return brought_forward(state, by, proposal)


def brought_forward(state: Standing, by: UUID, proposal: Entry) -> list[Entry]:
    """An earlier end is in force at once; what happened meanwhile makes no difference, for it is no new embargo."""
    now = proposal.at
    steps = round_over(state._replace(embargo=Embargo.ACTIVE), now, by) if state.embargo in OPEN else []
    for each in (*steps, proposal):
        state = state.after(each)
    return [*steps, proposal, *_agreed(state, by, proposal, now, proposal.because)]


def _agreed(state: Standing, by: UUID, chosen: Entry, now: datetime, because: str) -> list[Entry]:
    agreed = chosen._replace(at=now, verb=EmbargoVerb.ACCEPT, by=by, because=because)
    after = state.after(agreed)
    longer = [each._replace(at=now) for each in after.proposals]
    asked = _asked(after, now, by, but={each.by for each in longer}) if longer else []
    return [agreed, *longer[:1], *asked, *longer[1:]]


def rejected(state: Standing, by: UUID, proposal: UUID, now: datetime, because: str) -> list[Entry]:
    """The owner declines: what was agreed before stays so, and who had signed it is bound by it again.

    Raises:
        NotFound: no such proposal waits.
    """
    gone = _waiting(state, proposal)._replace(at=now, verb=EmbargoVerb.REJECT, by=by, because=because)
    after = state.after(gone)
    return [gone, *(round_over(after, now, by) if not after.proposals else [])]


def ended(state: Standing, by: UUID, reason: EndReason, now: datetime) -> list[Entry]:
    """The end of the embargo, or of what was only proposed.

    Raises:
        Conflict: there is none.
    """
    verb = EmbargoVerb.REJECT if state.embargo is Embargo.PROPOSED else EmbargoVerb.TERMINATE
    last = Entry(at=now, moves=Moves.EMBARGO, verb=verb, by=by, because=reason)
    if verb is EmbargoVerb.REJECT:
        return [last, *round_over(state.after(last), now, by)]
    state.after(last)
    return [last]


def _waiting(state: Standing, proposal: UUID) -> Entry:
    for each in state.proposals:
        if each.proposal == proposal:
            return each
    raise NotFound("no such proposal waits for an answer")
