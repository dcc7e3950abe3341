"""What the documents of other clearinghouses ask for: each end of an embargo in them is a proposal (rule 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.course.proposing import proposed, reply_by
from levee.cases.course.replay import Entry, Moves
from levee.cases.rules.embargo import LONGEST, EmbargoVerb
from levee.cases.services.course import course_of
from levee.findings.selectors import origins
from levee.kernel.errors import AgainstRules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from levee.findings.types import Origin
    from levee.platform.database.acting import Act


def ask_for(act: Act, case: UUID, findings: Iterable[UUID]) -> None:
    """Propose, for those who handed a case's findings over, the ends that they ask for; the owner decides on each.

    An end that lies behind, is further away than any embargo here, is agreed already, or for which what happened leaves
    no room is not proposed: the origin of its finding still shows it.
    """
    asking = sorted(origins(act.actor, findings), key=lambda each: (each.embargo_end or act.now, each.name))
    course = course_of(act, case, alone=True)
    owner, known = course.seat_of(act.actor.party), {course.standing.end}
    for each in asking:
        if each.embargo_end is None or each.embargo_end in known or not _ahead(act, each):
            continue
        known.add(each.embargo_end)
        proposal = Entry(
            at=act.now,
            moves=Moves.EMBARGO,
            verb=EmbargoVerb.PROPOSE,
            by=owner,
            proposal=act.new_id(),
            end=each.embargo_end,
            answer_by=reply_by(course.standing, each.embargo_end, act.now),
            because=f"{each.publisher} asks for it in {each.name}",
        )
        try:
            steps = proposed(course.standing, owner, proposal)
        except AgainstRules:  # what is out, or fixed where it runs, leaves no room for an embargo
            continue
        course.add(act, steps)


def _ahead(act: Act, origin: Origin) -> bool:
    return origin.embargo_end is not None and act.now < origin.embargo_end <= act.now + LONGEST
