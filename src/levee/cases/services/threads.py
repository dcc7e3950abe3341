"""Threads with an audience that is chosen when they are opened, and never widened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand, end, found
from levee.cases import scopes
from levee.cases.models import Thread
from levee.cases.rules.threads import OPENED_WITH_THE_CASE, Audience
from levee.cases.services.course import course_of
from levee.cases.services.rows import case_for, keep_hidden_of, one_line, take_part
from levee.cases.threads import parties
from levee.kernel.errors import BadInput, Forbidden
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from levee.cases.models import Participant
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def open_thread(
    actor: Actor,
    case: UUID,
    *,
    audience: Audience,
    subject: str,
    product: str = "",
    participants: Collection[UUID] = (),
) -> UUID:
    """Open a thread for a product's vendors, or for one party; the case's owner is in each.

    Nobody comes in later: whoever is to read more is in a new thread. The two threads for all parties and for the
    owner alone are there from the case's start.

    Args:
        actor: of the owner; or of a finder or a vendor, for a thread with the owner alone.
        case: the case.
        audience: `product` or `party`.
        subject: one line; who is in the thread reads it.
        product: with `product`, and only with it: which one.
        participants: their keys; for `product` those whose product it is, for `party` the one (left out by a finder or
            a vendor, which is in it by itself).

    Returns:
        The thread.

    Raises:
        BadInput: no subject, no such audience to open, the wrong number of participants, or words that were hidden.
        Forbidden: a thread with others, by somebody else than the owner.
    """
    subject, product = one_line("subject", subject), one_line("product", product)
    if not subject:
        raise BadInput("a thread needs a subject", place="subject")
    if audience in OPENED_WITH_THE_CASE:
        raise BadInput("each case has one such thread from its start", place="audience", advice="product or party")
    if (audience is Audience.PRODUCT) is not bool(product):
        raise BadInput("a thread for a product, and only such a one, names it", place="product")
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.THREAD_OPEN, subject=case)
        keep_hidden_of(act, case, subject=subject, product=product)
        course = course_of(act, case)
        chosen = _chosen(act, course, audience, set(participants))
        thread = Thread(
            id=act.new_id(),
            case=case,
            audience=audience,
            subject=subject,
            product=product,
            party=actor.party,
            at=act.now,
        )
        found(act, thread.id, {seat.party: Capacity(seat.capacity) for seat in chosen})
        Thread.unscoped.bulk_create([thread])
        log = ("organisation", actor.party)  # who is not in it learns of it by no log either
        record(act, log=log, verb=Action.THREAD_OPEN, subject=thread.id, fields={"audience": audience})
    return thread.id


def _chosen(act: Act, course: Course, audience: Audience, participants: set[UUID]) -> list[Participant]:
    """Who will be in the thread: the owner, and those who were chosen among them that take part."""
    own, owner = course.seat_of(act.actor.party), course.standing.owner
    if own != owner:
        if audience is not Audience.PARTY or participants - {own}:
            raise Forbidden(
                "only the owner of the case opens threads with others", advice="open one for you and the owner"
            )
        participants = {own}
    there = parties(course.case)[case_for(act, course.case).everyone]
    able = {key for key, seat in course.seats.items() if seat.party in there and key != owner}
    if not participants <= able:
        raise BadInput(
            "somebody was chosen who does not take part",
            place="participants",
            advice="choose among the parties of the case; who was asked to agree to the embargo comes in once it has",
        )
    if not participants or (audience is Audience.PARTY and len(participants) > 1):
        raise BadInput(
            "choose one party" if audience is Audience.PARTY else "choose whose product it is", place="participants"
        )
    return [seat for key, seat in course.seats.items() if key in {*participants, owner}]


def leave(act: Act, case: UUID, party: UUID) -> None:
    """A party's part has ended, by its own word or the owner's: it sees neither the threads nor the case any more."""
    threads = Thread.unscoped.filter(scopes.threads(act.actor), case=case).values_list("id", flat=True)
    for subject in (*threads, case):
        end(act, subject=subject, party=party)
