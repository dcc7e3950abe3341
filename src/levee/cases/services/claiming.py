"""What is said to have happened in the world: asserted by any party, a fact once the case's owner accepts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.models import Claim
from levee.cases.rules import claims as rules
from levee.cases.rules.claims import CLAIM, DECISIONS, ENDS_BECAUSE, ClaimVerb
from levee.cases.rules.claims import Claim as ClaimState
from levee.cases.rules.facts import Event
from levee.cases.services.impartial import decide
from levee.cases.services.learning import learn
from levee.cases.services.rows import case_for, keep_hidden_of, take_part, world_of
from levee.kernel.errors import BadInput, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

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
        row = _asserted(act, case, event, evidence)
        record_claim(act, Action.FACT_CLAIM, row)
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
    if verb not in DECISIONS:
        raise BadInput("accept it, or refuse it", place="verb")
    if not because.strip():
        raise BadInput("say why", place="because")
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.FACT_DECIDE, case)
        keep_hidden_of(act, case, because=because)
        about = case_for(act, case, alone=True)  # two facts that are accepted at once are both kept
        row = claim_for(act, case, claim)
        row.state = CLAIM.after(ClaimState(row.state), verb)
        row.decided_at, row.because = act.now, because.strip()
        row.save(update_fields=["state", "decided_at", "because"])
        kept = "kept" if keep_embargo and verb is ClaimVerb.ACCEPT else ""
        record_claim(act, Action.FACT_DECIDE, row, because=row.because, embargo=kept)
        if verb is ClaimVerb.ACCEPT:
            event, seen = Event(row.event), row.evidence
            learn(act, about, event, ENDS_BECAUSE[event], because=row.because, evidence=seen, keep_embargo=keep_embargo)


def accepted_at_once(act: Act, case: UUID, event: Event, *, evidence: str) -> None:
    """Keep what the owner itself ends an embargo over as a claim like any other, so that it can be corrected."""
    row = _asserted(act, case, event, evidence)
    row.state, row.decided_at, row.because = ClaimState.ACCEPTED, act.now, "the embargo was ended over it"
    row.save(update_fields=["state", "decided_at", "because"])


def _asserted(act: Act, case: UUID, event: Event, evidence: str) -> Claim:
    row = Claim(
        id=act.new_id(),
        case=case,
        party=act.actor.party,
        event=event,
        evidence=evidence.strip(),
        at=act.now,
        state=CLAIM.start,
    )
    Claim.unscoped.bulk_create([row])
    return row


def claim_for(act: Act, case: UUID, claim: UUID) -> Claim:
    """The claim's row, held until the act ends.

    Raises:
        NotFound: there is none in this case.
    """
    row = Claim.unscoped.select_for_update().filter(scopes.of_cases(act.actor), case=case, id=claim).first()
    if row is None:
        raise NotFound("there is no such claim")
    return row


def record_claim(act: Act, verb: Action, row: Claim, **more: str) -> None:
    """Write what was done about a claim into the log of its case."""
    fields = {"event": row.event, "state": row.state, **{name: value for name, value in more.items() if value}}
    record(act, log=("case", row.case), verb=verb, subject=row.id, fields=fields)
