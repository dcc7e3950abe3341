"""A claim that was accepted by mistake: one of the owner's people doubts it, another one corrects it or upholds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases import scopes
from levee.cases.models import Claim
from levee.cases.rules.claims import CLAIM, SETTLEMENTS, ClaimVerb, happen
from levee.cases.rules.claims import Claim as ClaimState
from levee.cases.rules.facts import Event
from levee.cases.services.claiming import claim_for, record_claim
from levee.cases.services.course import course_of
from levee.cases.services.impartial import decide
from levee.cases.services.rows import case_for, keep_hidden_of, take_part
from levee.cases.services.succeeding import succeed
from levee.cases.types import Kind
from levee.kernel.errors import BadInput, Forbidden
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.models import Case
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def doubt_claim(actor: Actor, case: UUID, claim: UUID, *, because: str) -> None:
    """Say that a claim was accepted by mistake; nothing moves before another of the owner's people has decided.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        claim: one that was accepted.
        because: why; every party reads it.

    Raises:
        NotFound: there is no such claim. BadInput: no reason, or words that were hidden.
        AgainstRules: it was not accepted, or is doubted already.
    """
    with acting(actor) as act:
        row = _begin(act, case, claim, because)
        row.state = CLAIM.after(ClaimState(row.state), ClaimVerb.DOUBT)
        row.doubted_by, row.doubted_at, row.doubt = actor.id, act.now, because.strip()
        row.settled_at, row.settlement = None, ""
        row.save(update_fields=["state", "doubted_by", "doubted_at", "doubt", "settled_at", "settlement"])
        record_claim(act, Action.FACT_DECIDE, row, doubt=row.doubt)


def settle_doubt(actor: Actor, case: UUID, claim: UUID, *, verb: ClaimVerb, because: str) -> UUID | None:
    """Correct a claim that another coordinator doubts, or uphold it.

    What happened is never taken back. So a correction opens a case in this one's place, with its findings, parties and
    terms, and without what was claimed; this one takes no further step.

    Args:
        actor: a coordinator of the case's owner, and not the one who doubts.
        case: the case.
        claim: one that is doubted.
        verb: correct or uphold.
        because: why; every party reads it.

    Returns:
        The case that takes this one's place; None where the claim is upheld.

    Raises:
        NotFound: there is no such claim. BadInput: no reason, or another verb.
        Forbidden: who doubts does not decide. AgainstRules: nobody doubts it.
    """
    if verb not in SETTLEMENTS:
        raise BadInput("correct it, or uphold it", place="verb")
    with acting(actor) as act:
        row = _begin(act, case, claim, because)
        after = CLAIM.after(ClaimState(row.state), verb)
        if row.doubted_by == actor.id:
            raise Forbidden(
                "a second person decides about your doubt", code="case.second_person", advice="ask another coordinator"
            )
        row.state, row.settled_at, row.settlement = after, act.now, because.strip()
        row.save(update_fields=["state", "settled_at", "settlement"])
        record_claim(act, Action.FACT_DECIDE, row, settlement=row.settlement)
        return _corrected(act, case_for(act, case), row) if verb is ClaimVerb.CORRECT else None


def _corrected(act: Act, case: Case, row: Claim) -> UUID:
    """The end that was agreed holds again where it lies ahead and nothing else is out."""
    world, agreed = _world(act, case.id, row), course_of(act, case.id, alone=True).standing.end
    end = agreed if not world and agreed and agreed > act.now else None
    return succeed(act, case, kind=Kind.CORRECTED, world=world, end=end, because=row.settlement)


def _world(act: Act, case: UUID, without: Claim) -> list[Event]:
    """What the other claims put on record, in the order of the letters."""
    stands = Claim.unscoped.filter(
        scopes.of_cases(act.actor), case=case, state__in=[ClaimState.ACCEPTED, ClaimState.DOUBTED]
    )
    world: frozenset[Event] = frozenset()
    for each in stands.exclude(id=without.id).order_by("decided_at", "id"):
        if Event(each.event) not in world:
            world = happen(world, Event(each.event))
    return [event for event in Event if event in world]


def _begin(act: Act, case: UUID, claim: UUID, because: str) -> Claim:
    """Who may decide, and the claim, with the case held until the act ends."""
    if not because.strip():
        raise BadInput("say why", place="because")
    take_part(act, case)
    decide(act, Action.FACT_DECIDE, case)
    keep_hidden_of(act, case, because=because)
    case_for(act, case, alone=True)
    return claim_for(act, case, claim)
