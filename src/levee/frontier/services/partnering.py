"""Whom a model goes to next: both sides propose, both may object, and to decline changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.frontier import scopes
from levee.frontier.course.machines import Part, Verb, after
from levee.frontier.models import Partner
from levee.frontier.services.rows import held, note, side_of, standing, tell_other
from levee.kernel.errors import BadInput, NotFound
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LONGEST = 2000


def propose(actor: Actor, key: UUID, *, name: str, criteria: str, conflicts: str = "") -> UUID:
    """Propose a partner for hardening critical systems, under a signed agreement; returns its key.

    In words: what it was chosen by, and what interests of its own it may have.

    Raises:
        BadInput: no name or no criteria. AgainstRules: nothing is agreed.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_AGREE)
        state = after(standing(act, row), Verb.PROPOSE, side_of(act, row), Part.PARTNER)
        partner = Partner(
            id=act.new_id(),
            of=key,
            developer=row.developer,
            evaluator=row.evaluator,
            name=_words(name, "name"),
            criteria=_words(criteria, "criteria"),
            conflicts=_words(conflicts, "conflicts", least=0),
            state=state[Part.PARTNER],
            at=act.now,
        )
        Partner.unscoped.bulk_create([partner])
        note(act, Action.FRAMEWORK_AGREE, partner.id, what="propose", of=str(key))
        tell_other(act, row)
    return partner.id


def decide_partner(actor: Actor, partner: UUID, *, verb: Verb, because: str) -> None:
    """Agree to a partner that the other side proposed, object to one, or propose one again, and say why.

    Raises:
        BadInput: no reason. NotFound: there is no such partner. AgainstRules: this side cannot, from where it stands.
    """
    with acting(actor) as act:
        found = _partner(act, partner)
        row = held(act, found.of, Action.FRAMEWORK_AGREE)
        state = after(standing(act, row, found), verb, side_of(act, found), Part.PARTNER)
        found.state, found.because, found.decided_at = state[Part.PARTNER], _words(because, "because"), act.now
        found.save(update_fields=["state", "because", "decided_at"])
        note(act, Action.FRAMEWORK_AGREE, partner, what=verb.value)
        tell_other(act, row)


def flag_conflict(actor: Actor, partner: UUID, *, conflicts: str) -> None:
    """Say what interests of its own a partner may have; either side may, at any time.

    Raises:
        BadInput: nothing is said. NotFound: there is no such partner.
    """
    with acting(actor) as act:
        found = _partner(act, partner)
        said = f"{side_of(act, found)}: {_words(conflicts, 'conflicts')}"
        found.conflicts = f"{found.conflicts}\n{said}".strip()
        found.save(update_fields=["conflicts"])
        note(act, Action.FRAMEWORK_AGREE, partner, what="conflict")
        tell_other(act, found)


def _partner(act: Act, key: UUID) -> Partner:
    demand(act, Action.FRAMEWORK_AGREE, of=act.actor.party)
    found = Partner.unscoped.filter(scopes.both_sides(act.actor), id=key).select_for_update().first()
    if found is None:
        raise NotFound("there is no such partner")
    return found


def _words(text: str, place: str, *, least: int = 1) -> str:
    said = text.strip()
    if not least <= len(said) <= LONGEST:
        raise BadInput(f"from {least} to {LONGEST} characters", place=place)
    return said
