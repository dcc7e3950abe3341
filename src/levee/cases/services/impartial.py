"""Who has an interest of its own in a case decides nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.models import Conflict, Transfer
from levee.cases.services.course import course_of
from levee.cases.services.rows import case_for, keep_hidden_of, take_part
from levee.identity.selectors import members
from levee.kernel.errors import AgainstRules, BadInput, NotFound
from levee.kernel.errors import Conflict as InConflict
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import PrincipalKind, Role

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def impartial(act: Act, action: Action, case: UUID, *, beside: UUID | None = None) -> None:
    """Refuse a decision of what comes after the case, such as its publication, as one in the case is refused.

    Args:
        act: the unit of work.
        action: what is decided.
        case: about which case.
        beside: whoever decided before, of two people.

    Raises:
        NotFound, Forbidden, AgainstRules: as `decide`; also where the case was corrected or the party left it, it would
            be published while it is offered to another owner, or a conflict of interest stands against the one who
            decided before.
    """
    take_part(act, case)
    decide(act, action, case)
    if action is Action.ADVISORY_PUBLISH and _is_offered(act, case):
        raise AgainstRules(
            "this case is offered to another owner", code="case.transfer", advice="take the offer back first"
        )
    if beside is not None and _standing(act, case).filter(of=beside).exists():
        raise AgainstRules(
            "a conflict of interest stands in this case against whoever decided before you",
            code="case.conflict_of_interest",
            advice="refuse it, and ask anew in your own name",
        )


def decide(act: Act, action: Action, case: UUID) -> None:
    """Refuse a decision of the owner's unless the policy allows it and nothing stands against whoever decides.

    Raises:
        NotFound, Forbidden: as the policy says. AgainstRules: a conflict of interest stands against the actor.
    """
    demand(act, action, subject=case)
    if _standing(act, case).filter(of=act.actor.id).exists():
        raise AgainstRules(
            "a conflict of interest of yours stands in this case",
            code="case.conflict_of_interest",
            advice="somebody else of your organisation decides, or settles it first",
        )


def say_conflict(actor: Actor, case: UUID, *, because: str, of: UUID | None = None) -> UUID:
    """Say that somebody has something of its own to gain or lose by how the case goes.

    The owner's people name one of themselves, who decides nothing from then on; any other party says in words whom it
    means, and the owner answers.

    Args:
        actor: a party to the case.
        case: the case.
        because: who, and why; every party reads it.
        of: a person of the actor's own organisation, which owns the case; None from others.

    Returns:
        What was said.

    Raises:
        BadInput: no reason, words that were hidden, or `of` is not for this party. NotFound: no such person.
        Conflict: it stands already, or nobody would be left to decide.
    """
    if not because.strip():
        raise BadInput("say who it is and why", place="because")
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.CONFLICT_SAY, subject=case)
        keep_hidden_of(act, case, because=because)
        course = course_of(act, case, alone=True)
        if of is not None:
            if course.seat_of(actor.party) != course.standing.owner:
                raise BadInput(
                    "only the owner of the case names a person of its own", place="of", advice="say who in words"
                )
            _may_be_named(act, case, of)
        row = Conflict(id=act.new_id(), case=case, party=actor.party, of=of, because=because.strip(), at=act.now)
        Conflict.unscoped.bulk_create([row])
        fields = {"because": row.because, "holds": "a person" if of else "nobody"}
        record(act, log=("case", case), verb=Action.CONFLICT_SAY, subject=row.id, fields=fields)
    return row.id


def settle_conflict(actor: Actor, case: UUID, conflict: UUID, *, because: str) -> None:
    """Settle what was said: whoever it holds decides again. By who said it, or by a coordinator whom it does not name.

    Raises:
        BadInput: no reason. NotFound: nothing such stands. AgainstRules: it is about the actor.
    """
    if not because.strip():
        raise BadInput("say why it is settled", place="because")
    with acting(actor) as act:
        take_part(act, case)
        case_for(act, case)
        row = _standing(act, case).select_for_update().filter(id=conflict).first()
        takes_back = row is not None and row.party == actor.party and row.of is None
        demand(act, Action.CONFLICT_SAY if takes_back else Action.CONFLICT_SETTLE, subject=case)
        if row is None:
            raise NotFound("nothing such stands in this case")
        if row.of == actor.id:
            raise AgainstRules(
                "nobody settles a conflict of interest of its own",
                code="case.conflict_of_interest",
                advice="ask another coordinator",
            )
        keep_hidden_of(act, case, because=because)
        row.settled_at, row.settlement = act.now, because.strip()
        row.save(update_fields=["settled_at", "settlement"])
        fields = {"because": row.settlement}
        record(act, log=("case", case), verb=Action.CONFLICT_SETTLE, subject=row.id, fields=fields)


def carry_over(act: Act, before: UUID, after: UUID) -> None:
    """In a case that takes another one's place, whom the owner named decides nothing either."""
    there = _standing(act, after).exclude(of=None).values("of")
    named = _standing(act, before).filter(party=act.actor.party).exclude(of=None).exclude(of__in=there)
    Conflict.unscoped.bulk_create(
        [
            Conflict(id=act.new_id(), case=after, party=row.party, of=row.of, because=row.because, at=act.now)
            for row in named.order_by("at", "id")
        ]
    )


def _standing(act: Act, case: UUID) -> QuerySet[Conflict]:
    return Conflict.unscoped.filter(scopes.of_cases(act.actor), case=case, settled_at=None)


def _is_offered(act: Act, case: UUID) -> bool:
    return Transfer.unscoped.filter(scopes.of_cases(act.actor), case=case, settled_at=None).exists()


def _may_be_named(act: Act, case: UUID, of: UUID) -> None:
    people = {each.id: each for each in members(act.actor) if each.live and each.kind is PrincipalKind.PERSON}
    if of not in people:
        raise NotFound("there is no such person in your organisation", place="of")
    held = set(_standing(act, case).exclude(of=None).values_list("of", flat=True))
    if of in held:
        raise InConflict("this stands already", place="of")
    deciding = {key for key, each in people.items() if Role.COORDINATOR in each.roles} - held
    if deciding <= {of}:
        raise InConflict(
            "nobody would be left to decide in this case", place="of", advice="let another coordinator in first"
        )
