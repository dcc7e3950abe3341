"""Following a vendor that stays silent: what was tried, and what two people decide when nobody was reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.ladder.climbing import Silence, Way, check_end, decided, tried
from levee.cases.ladder.rungs import Approach
from levee.cases.models import Contact, Outcome
from levee.cases.services.course import course_of
from levee.cases.services.impartial import decide
from levee.cases.services.inviting import new_link
from levee.cases.services.rows import keep_hidden_of, take_part
from levee.cases.services.succeeding import CASES, tell_offered
from levee.cases.silence import silences_of
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def chase(actor: Actor, case: UUID, participant: UUID, *, channel: Approach, because: str) -> None:
    """Put an attempt to reach a silent vendor on record; a reminder leaves by it, everything else was done by hand.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        participant: the vendor's seat.
        channel: which way; a step may be passed over, and tried again.
        because: what was done, and what came of it; every party reads it, so it names nobody.

    Raises:
        NotFound: there is no such vendor. BadInput: no words, hidden ones, or no such way.
        AgainstRules: the vendor has answered, or it was decided what is done about it.
    """
    with acting(actor) as act:
        course, silence = _begin(act, Action.CASE_INVITE, case, participant, because)
        course.add(act, tried(silence, course.seat_of(actor.party), channel, act.now, because.strip()))
        fields = {"channel": channel, "because": because.strip()}
        record(act, log=("case", case), verb=Action.CASE_INVITE, subject=participant, fields=fields)
        if channel is Approach.REMINDER:
            _remind(act, case, participant, course)


def propose_outcome(actor: Actor, case: UUID, participant: UUID, *, way: Way, because: str) -> UUID:
    """Propose what is done about a vendor that nobody reached; nothing is decided before a second person agrees.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        participant: the vendor's seat.
        way: publish without its fix, a mitigation only, find a steward, or hold.
        because: why.

    Returns:
        The proposal.

    Raises:
        NotFound: there is no such vendor. BadInput: no reason, or hidden words. Conflict: one waits already.
        AgainstRules: the vendor has answered, it is decided, or not everything was tried and nothing is out.
    """
    with acting(actor) as act:
        course, silence = _begin(act, Action.SILENCE_DECIDE, case, participant, because)
        check_end(silence, course.standing)
        if _waiting(act, case, participant) is not None:
            raise Conflict("a proposal waits already", advice="another coordinator agrees to it or refuses it")
        row = Outcome(
            id=act.new_id(),
            case=case,
            participant=participant,
            way=way,
            because=because.strip(),
            proposed_by=actor.id,
            proposed_at=act.now,
        )
        Outcome.unscoped.bulk_create([row])
        _record(act, row, "propose", because)
    return row.id


def settle_outcome(actor: Actor, case: UUID, participant: UUID, *, agree: bool, because: str) -> None:
    """Agree to what was proposed about a silent vendor, or refuse it; who proposed it may only take it back.

    Args:
        actor: a coordinator of the case's owner; to agree, not the one who proposed.
        case: the case.
        participant: the vendor's seat.
        agree: whether it is so decided.
        because: why; with the decision, every party reads it.

    Raises:
        NotFound: there is no such vendor, or nothing is proposed. BadInput: no reason, or hidden words.
        Forbidden: who proposes does not decide. AgainstRules: the vendor has answered since.
    """
    with acting(actor) as act:
        course, silence = _begin(act, Action.SILENCE_DECIDE, case, participant, because)
        row = _waiting(act, case, participant)
        if row is None:
            raise NotFound("nothing is proposed about this vendor")
        if agree and row.proposed_by == actor.id:
            raise Forbidden(
                "a second person decides about your proposal",
                code="case.second_person",
                advice="ask another coordinator",
            )
        row.agreed, row.settled_by, row.settled_at, row.settlement = agree, actor.id, act.now, because.strip()
        row.save(update_fields=["agreed", "settled_by", "settled_at", "settlement"])
        _record(act, row, "agree" if agree else "refuse", because)
        if agree:
            check_end(silence, course.standing)
            why = f"{row.because}; {row.settlement}"
            course.add(act, decided(silence, course.seat_of(actor.party), Way(row.way), act.now, why))


def _begin(act: Act, action: Action, case: UUID, participant: UUID, because: str) -> tuple[Course, Silence | None]:
    """The case's course, held, and how far the vendor was followed."""
    if not because.strip():
        raise BadInput("say why", place="because")
    take_part(act, case)
    if action is Action.SILENCE_DECIDE:
        decide(act, action, case)
    else:
        demand(act, action, subject=case)
    keep_hidden_of(act, case, because=because)
    course = course_of(act, case, alone=True)
    seat = course.seats.get(participant)
    if seat is None or seat.capacity != Capacity.VENDOR:
        raise NotFound("there is no such vendor in this case")
    found = {each.seat: each for each in silences_of(act, course)}
    return course, found.get(participant)


def _remind(act: Act, case: UUID, participant: UUID, course: Course) -> None:
    """A letter to where the first one went: with a new link, where it was let in by one."""
    if Contact.unscoped.filter(scopes.contacts(act.actor), case=case, participant=participant).exists():
        new_link(act.actor, case, participant=participant)
    else:
        tell_offered(act, course.seats[participant].party, page=CASES)


def _waiting(act: Act, case: UUID, participant: UUID) -> Outcome | None:
    rows = Outcome.unscoped.filter(scopes.outcomes(act.actor), case=case, participant=participant, settled_at=None)
    return rows.select_for_update().first()


def _record(act: Act, row: Outcome, does: str, because: str) -> None:
    fields = {"does": does, "way": row.way, "because": because.strip()}
    record(act, log=("case", row.case), verb=Action.SILENCE_DECIDE, subject=row.participant, fields=fields)
