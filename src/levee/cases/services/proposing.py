"""Proposals about the embargo, and what is decided about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.course import proposing as rules
from levee.cases.course.replay import Entry, Moves
from levee.cases.keeping import bound_by
from levee.cases.lineage import merged_into
from levee.cases.models import Case, Contact
from levee.cases.projects.policies import began, check_proposal
from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import Embargo, EmbargoVerb
from levee.cases.services.course import course_of
from levee.cases.services.impartial import decide
from levee.cases.services.links import close_at_end
from levee.cases.services.rows import case_for, keep_hidden_of, take_part
from levee.cases.services.threads import leave
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def propose_embargo(
    actor: Actor, case: UUID, *, end: datetime, because: str, answer_by: datetime | None = None
) -> UUID:
    """Propose an earlier or a later end, or an embargo where there is none; the one in force holds meanwhile.

    Everyone else's consent lapses with the first proposal of a round, and is asked for anew.

    Args:
        actor: a party that has agreed to the embargo, or the case's owner.
        case: the case.
        end: the exact instant, with zone, at most 90 days ahead.
        because: why; every party reads it.
        answer_by: from when no answer is read as no; five days ahead where none is given, or when the embargo ends.

    Returns:
        The proposal.

    Raises:
        BadInput: no reason, or an instant without its zone.
        AgainstRules: something is out (rules 1 to 3), a fix is deployed (4), the actor does not agree to the embargo
            (9), the end is past, too far away or agreed already (10), or the project's policy wants none, or none that
            long.
    """
    _check(because=because, end=end, answer_by=answer_by)
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.EMBARGO_PROPOSE, subject=case)
        keep_hidden_of(act, case, because=because)
        course = course_of(act, case, alone=True)
        proposal = _proposal(act, course, end, because, answer_by)
        _check_policy(act, course, proposal)
        course.add(act, rules.proposed(course.standing, course.seat_of(actor.party), proposal))
        _record(act, Action.EMBARGO_PROPOSE, case, proposal)
    return proposal.proposal or case


def decide_proposal(actor: Actor, case: UUID, proposal: UUID, *, verb: EmbargoVerb, because: str) -> None:
    """Agree to a proposal, or decline it; of several, the shortest is agreed first and the others then revise it.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        proposal: one that waits.
        verb: accept or reject.
        because: why; every party reads it.

    Raises:
        BadInput: no reason, or another verb. NotFound: no such proposal waits.
        AgainstRules: something is out (rule 3), or a shorter one waits (rule 11).
    """
    _check(because=because)
    if verb not in {EmbargoVerb.ACCEPT, EmbargoVerb.REJECT}:
        raise BadInput("accept or reject", place="verb")
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.EMBARGO_SET, case)
        keep_hidden_of(act, case, because=because)
        course = course_of(act, case, alone=True)
        decided = rules.accepted if verb is EmbargoVerb.ACCEPT else rules.rejected
        steps = decided(course.standing, course.seat_of(actor.party), proposal, act.now, because.strip())
        set_terms(act, course, steps)
        _record(act, Action.EMBARGO_SET, case, steps[0])


def shorten_embargo(actor: Actor, case: UUID, *, end: datetime, because: str) -> None:
    """Bring the end of the embargo forward: a proposal of the owner's that needs nobody's consent (rule 11).

    Raises:
        BadInput: no reason, or an instant without its zone.
        AgainstRules: the new end is not earlier (11) or lies behind (10), something is out (3), or the embargo ended.
    """
    _check(because=because, end=end)
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.EMBARGO_SET, case)
        keep_hidden_of(act, case, because=because)
        course = course_of(act, case, alone=True)
        proposal = _proposal(act, course, end, because, None)
        set_terms(act, course, rules.shortened(course.standing, proposal))
        _record(act, Action.EMBARGO_SET, case, proposal)


def _check(*, because: str, **times: datetime | None) -> None:
    if not because.strip():
        raise BadInput("say why", place="because")
    for place, time in times.items():
        if time is not None and time.tzinfo is None:
            raise BadInput("an instant needs its time zone", place=place, advice="2026-12-01T12:00:00Z")


def _check_policy(act: Act, course: Course, proposal: Entry) -> None:
    bound = bound_by(act, case_for(act, course.case))
    if bound is not None:
        vendors = [key for key, seat in course.seats.items() if seat.capacity == Capacity.VENDOR]
        check_proposal(bound, course.standing, proposal, began(course.told, vendors))


def _proposal(act: Act, course: Course, end: datetime, because: str, answer_by: datetime | None) -> Entry:
    return Entry(
        at=act.now,
        moves=Moves.EMBARGO,
        verb=EmbargoVerb.PROPOSE,
        by=course.seat_of(act.actor.party),
        proposal=act.new_id(),
        end=end,
        answer_by=answer_by or rules.reply_by(course.standing, end, act.now),
        because=because.strip(),
    )


def set_terms(act: Act, course: Course, steps: list[Entry]) -> None:
    """Take steps of the owner's, and keep what they agree on; who declined terms that are in force now loses sight."""
    before = course.standing
    course.add(act, steps)
    after = course.standing
    if not any(each.verb == EmbargoVerb.ACCEPT and each.moves is Moves.EMBARGO for each in steps):
        return
    Case.unscoped.filter(id=course.case).update(embargo=Embargo.ACTIVE, embargo_end=after.end)
    for seat in after.left - before.left:
        leave(act, course.case, course.seats[seat].party)
    if after.end and Contact.unscoped.filter(scopes.contacts(act.actor), case=course.case).exists():
        close_at_end(act, course.case, after.end)
    for joined in merged_into(act, course.case):
        bring_forward(act, course_of(act, joined.id, alone=True), after.end, steps[-1].because)


def bring_forward(act: Act, course: Course, end: datetime | None, because: str) -> None:
    """Bring the end of an embargo forward to that of a case that it is merged with; nothing, where it ends by then.

    Who agreed to more agreed to less (rule 11), so that nobody is asked.
    """
    before = course.standing
    if end is None or before.end is None or before.embargo not in HOLDING or before.end <= end:
        return
    proposal = _proposal(act, course, end, because, None)
    set_terms(act, course, rules.brought_forward(before, course.seat_of(act.actor.party), proposal))
    _record(act, Action.EMBARGO_SET, course.case, proposal)


def _record(act: Act, action: Action, case: UUID, about: Entry) -> None:
    told = {"does": about.verb, "end": about.end.isoformat() if about.end else "", "because": about.because}
    record(act, log=("case", case), verb=action, subject=about.proposal or case, fields=told)
