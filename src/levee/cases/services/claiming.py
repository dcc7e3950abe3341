"""What is said to have happened in the world: asserted by any party, a fact once the case's owner accepts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.course.replay import Entry, Moves
from levee.cases.models import Case, Claim
from levee.cases.rules import claims as rules
from levee.cases.rules.claims import CLAIM, ENDS_BECAUSE, ClaimVerb
from levee.cases.rules.crossing import HOLDING, ends_embargo
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event, Facts
from levee.cases.services.course import course_of
from levee.cases.services.embargo import ended
from levee.cases.services.rows import case_for, keep_hidden_of, take_part, world_of
from levee.kernel.errors import BadInput, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from uuid import UUID

    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def claim(actor: Actor, case: UUID, *, event: Event, evidence: str) -> UUID:
    """Say that the flaw or an exploit is public, or that attacks were seen; the owner decides, and nothing moves yet.

    Args:
        actor: a party to the case.
        case: the case.
        event: public awareness, a public exploit, or attacks.
        evidence: where it can be seen.

    Returns:
        The claim.

    Raises:
        BadInput: no evidence is named, or it repeats words that were hidden. Conflict: it is on record already.
    """
    if not evidence.strip():
        raise BadInput("name the evidence", place="evidence", advice="an address, or where and when it was seen")
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.FACT_CLAIM, subject=case)
        keep_hidden_of(act, case, evidence=evidence)
        rules.happen(world_of(case_for(act, case)), event)
        row = Claim(
            id=act.new_id(),
            case=case,
            party=actor.party,
            event=event,
            evidence=evidence.strip(),
            at=act.now,
            state=CLAIM.start,
        )
        Claim.unscoped.bulk_create([row])
        _record(act, Action.FACT_CLAIM, row)
    return row.id


def decide_claim(
    actor: Actor, case: UUID, claim: UUID, *, verb: ClaimVerb, because: str, keep_embargo: bool = False
) -> None:
    """Accept a claim, from when on it is a fact of the case and the embargo ends as the rules say; or refuse it.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        claim: one that waits.
        verb: accept or refuse.
        because: why; recorded.
        keep_embargo: keep the embargo although attacks were seen: a decision of the owner's, for attacks alone.

    Raises:
        NotFound: there is no such claim. BadInput: no reason, or an embargo cannot be kept over this.
        Conflict: it was decided before, or the fact is on record already.
    """
    if not because.strip():
        raise BadInput("say why", place="because")
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.FACT_DECIDE, subject=case)
        keep_hidden_of(act, case, because=because)
        about = case_for(act, case, alone=True)  # two facts that are accepted at once are both kept
        row = _one(act, case, claim)
        row.state = CLAIM.after(rules.Claim(row.state), verb)
        row.decided_at, row.because = act.now, because.strip()
        row.save(update_fields=["state", "decided_at", "because"])
        kept = "kept" if keep_embargo and verb is ClaimVerb.ACCEPT else ""
        _record(act, Action.FACT_DECIDE, row, because=row.because, embargo=kept)
        if verb is ClaimVerb.ACCEPT:
            _happened(act, about, row, keep_embargo=keep_embargo)


def _happened(act: Act, case: Case, claim: Claim, *, keep_embargo: bool) -> None:
    event, course = Event(claim.event), course_of(act, case.id, alone=True)
    before = world_of(case)
    world = rules.happen(before, event)
    course.add(act, _known(course, world - before, act, claim.because))
    Case.unscoped.filter(id=case.id).update(world=str(Facts(world)))
    if not ends_embargo(Facts(world), kept_during_attacks=keep_embargo):
        return
    if keep_embargo:
        raise BadInput("an embargo cannot be kept over what is public", place="keep_embargo")
    if course.standing.embargo in {*HOLDING, Embargo.PROPOSED}:
        ended(act, case, ENDS_BECAUSE[event], evidence=claim.evidence, course=course)


def _known(course: Course, events: AbstractSet[Event], act: Act, because: str) -> list[Entry]:
    """What has happened, exploits before what they make public; where the public knows, every vendor learns of it."""
    by = course.seat_of(act.actor.party)
    told = [
        Entry(at=act.now, moves=Moves.FACTS, verb=event, by=by, because=because)
        for event in reversed(Event)
        if event in events
    ]
    if Event.PUBLIC_AWARE not in events:
        return told
    unaware = [
        key
        for key, seat in course.seats.items()
        if seat.capacity == Capacity.VENDOR and Event.VENDOR_AWARE not in course.standing.fixes.get(key, ())
    ]
    return told + [Entry(at=act.now, moves=Moves.FACTS, verb=Event.VENDOR_AWARE, seat=key, by=by) for key in unaware]


def _one(act: Act, case: UUID, claim: UUID) -> Claim:
    row = Claim.unscoped.select_for_update().filter(scopes.of_cases(act.actor), case=case, id=claim).first()
    if row is None:
        raise NotFound("there is no such claim")
    return row


def _record(act: Act, verb: Action, row: Claim, **more: str) -> None:
    fields = {"event": row.event, "state": row.state, **{name: value for name, value in more.items() if value}}
    record(act, log=("case", row.case), verb=verb, subject=row.id, fields=fields)
