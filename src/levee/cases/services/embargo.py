from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.rules.claims import ENDS_BECAUSE
from levee.cases.rules.embargo import EndReason
from levee.cases.rules.facts import Event
from levee.cases.services.claiming import accepted_at_once
from levee.cases.services.course import course_of
from levee.cases.services.impartial import decide
from levee.cases.services.learning import ended, known, learn
from levee.cases.services.rows import case_for, keep_hidden_of, take_part, world_of
from levee.kernel.errors import BadInput
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor

SAYS = {**{reason: event for event, reason in ENDS_BECAUSE.items()}, EndReason.PUBLISHED: Event.PUBLIC_AWARE}
"""What has happened in the world when an embargo ends for such a reason."""


def end_embargo(actor: Actor, case: UUID, *, reason: EndReason, evidence: str) -> None:
    """End the embargo now: the flaw, an exploit or attacks became public, or its owner ends it.

    The links that maintainers without an account came in by end with it, and so does all that came of them. Members
    keep their part; a maintainer who is still needed gets a new link.

    Raises:
        BadInput: no evidence is named.
        Conflict: it has ended already.
    """
    if not evidence.strip():
        raise BadInput("name the evidence", place="evidence")
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.EMBARGO_END, case)
        keep_hidden_of(act, case, evidence=evidence)
        row, course = case_for(act, case, alone=True), course_of(act, case, alone=True)
        ended(act, row, reason, evidence=evidence, course=course)
        event = SAYS.get(reason)
        if event is not None and event not in world_of(row):
            known(act, row, course, event, because=evidence.strip())
            if reason is not EndReason.PUBLISHED:
                accepted_at_once(act, case, event, evidence=evidence.strip())


def published(actor: Actor, case: UUID, *, advisory: str) -> None:
    """Say that an advisory makes the flaw public: an embargo that still runs ends, and every vendor knows of it.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        advisory: its name.
    """
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.EMBARGO_END, case)
        row = case_for(act, case, alone=True)
        if Event.PUBLIC_AWARE not in world_of(row):
            learn(act, row, Event.PUBLIC_AWARE, EndReason.PUBLISHED, because=advisory, evidence=advisory)
