from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.kernel.errors import BadInput, Conflict
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.validation import models, selectors
from levee.validation.events import VerdictReached
from levee.validation.types import Judgement, Result

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor
    from levee.validation.types import Verdict

_LONGEST = 4000


def judge(actor: Actor, finding: UUID, *, judgement: Judgement, name: str, statement: str) -> None:
    """Say by name what machines could not settle.

    Args:
        actor: a coordinator, in person.
        finding: one that has a verdict and was not judged before.
        judgement: accepted on evidence, a contract statement on a shown effect, a package of the finder's own,
            declined, or forged.
        name: who says it, as it is shown from then on.
        statement: on what it rests, or which contract the effect breaks; at most 4,000 characters.

    Raises:
        BadInput: name or statement is empty or too long.
        Conflict: there is no verdict yet, it was judged before, or this judgement does not fit the verdict.
        NotFound, Forbidden: not for this actor.
    """
    who, said = name.strip(), statement.strip()
    if not who:
        raise BadInput("a judgement is given by name", place="name")
    if not said or len(said) > _LONGEST:
        raise BadInput(f"say on what it rests, in at most {_LONGEST} characters", place="statement")
    with acting(actor) as act:
        demand(act, Action.VERDICT_ACCEPT, subject=finding)
        _fits(selectors.verdict(actor, finding), judgement)
        models.Judgement.unscoped.bulk_create(
            [
                models.Judgement(
                    id=act.new_id(),
                    finding=finding,
                    judgement=judgement,
                    name=who,
                    principal=actor.id,
                    statement=said,
                    at=act.now,
                )
            ]
        )
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.VERDICT_ACCEPT,
            subject=finding,
            fields={"judgement": judgement},
        )
        act.announce(VerdictReached(subject=finding))


def _fits(verdict: Verdict | None, judgement: Judgement) -> None:
    if verdict is None:
        raise Conflict("there is no verdict yet to judge", code="verdict.none", advice="wait for the sandbox")
    if verdict.said is not None:
        raise Conflict(f"{verdict.said.name} judged it already", code="verdict.judged")
    if judgement is Judgement.CONTRACT and verdict.result is not Result.EFFECT_SHOWN:
        raise Conflict("a contract is stated for an effect that was shown", code="verdict.no_effect")
    if verdict.result is Result.CONFIRMED and judgement not in {Judgement.FORGED, Judgement.OWN}:
        raise Conflict(
            "it is confirmed; a person can only call it forged, or the package its finder's own",
            code="verdict.confirmed",
        )
