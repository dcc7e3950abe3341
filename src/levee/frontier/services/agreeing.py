"""Both sides agree: one offers what it signed, the other signs the same or declines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.frontier.agreements.signing import read_signed, signed_by
from levee.frontier.course.machines import START, By, Part, Verb, after
from levee.frontier.envelopes import key_named, name_of
from levee.frontier.models import Agreement
from levee.frontier.services.rows import held, move, note, side_of, take, tell_other, terms_of
from levee.identity.selectors import known_member
from levee.kernel.errors import AgainstRules, BadInput, NotFound
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.frontier.agreements.terms import Agreement as Terms
    from levee.policy.actors import Actor


BOTH = 2


def offer(actor: Actor, envelope: bytes, *, other: UUID) -> UUID:
    """Offer an agreement to another member, signed by the own side alone.

    Args:
        actor: a coordinator of the developer or of the evaluator.
        envelope: the signed agreement, as `levee frontier agreement sign` writes it.
        other: the organisation on the other side, by its number.

    Returns:
        The agreement's key.

    Raises:
        BadInput: it is no signed agreement, both signed it, or its window is over. NotFound: there is no such member.
    """
    with acting(actor) as act:
        demand(act, Action.FRAMEWORK_AGREE, of=actor.party)
        terms, side = _signed_by_one(envelope, act.now)
        if other == actor.party or known_member(actor, other) is None:
            raise NotFound("there is no member of this number", place="other")
        both = {side: actor.party, _other(side): other}
        row = Agreement(
            id=act.new_id(),
            developer=both[By.DEVELOPER],
            evaluator=both[By.EVALUATOR],
            at=act.now,
            client=terms.evaluator.key,
            **_said(envelope, terms),
        )
        move(row, after(START, Verb.OFFER, side, Part.AGREEMENT))
        Agreement.unscoped.bulk_create([row])
        note(act, Action.FRAMEWORK_AGREE, row.id, what="offer", digest=row.digest)
        tell_other(act, row)
    return row.id


def sign(actor: Actor, key: UUID, envelope: bytes) -> None:
    """Sign what the other side offered: the same words, now with both signatures.

    Raises:
        BadInput: it says something else, or not both signed it. AgainstRules: it is not offered to this side.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_AGREE)
        take(act, row, Verb.SIGN, Part.AGREEMENT)
        if read_signed(envelope).digest != row.digest:
            raise BadInput(
                "these are not the words that were offered",
                place="/payload",
                advice="sign the offered file; for other words, decline and offer yours",
            )
        if len(signed_by(envelope)) != BOTH:
            raise BadInput("not both sides have signed it", code="agreement.unsigned", place="/signatures")
        row.envelope = envelope
        row.save(update_fields=["envelope", *_STATES])
        note(act, Action.FRAMEWORK_AGREE, key, what="sign", digest=row.digest)
        tell_other(act, row)


def decline(actor: Actor, key: UUID) -> None:
    """Decline what the other side offered; nothing else comes of it, and no reason is asked.

    Raises:
        AgainstRules: it is not offered to this side.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_AGREE)
        take(act, row, Verb.DECLINE, Part.AGREEMENT)
        row.save(update_fields=_STATES)
        note(act, Action.FRAMEWORK_AGREE, key, what="decline")
        tell_other(act, row)


def reword(actor: Actor, key: UUID, envelope: bytes) -> None:
    """Offer other words: after a no, or in place of what both signed and nothing was given under yet.

    Raises:
        BadInput: it is no agreement that the own side alone signed, of the same keys and the same model; or it does not
            name what it amends. AgainstRules: access was given under what both signed.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_AGREE)
        verb = Verb.AMEND if row.agreement == "signed" else Verb.OFFER
        take(act, row, verb, Part.AGREEMENT)
        terms, side = _signed_by_one(envelope, act.now)
        before = terms_of(row)
        if side is not side_of(act, row) or (terms.developer.key, terms.evaluator.key, terms.model) != (
            before.developer.key,
            before.evaluator.key,
            before.model,
        ):
            raise BadInput("this is of other parties or another model", place="/payload")
        if terms.amends != (row.digest if verb is Verb.AMEND else before.amends):
            raise BadInput("it names the digest of what it amends", place="/amends", advice=row.digest)
        for name, value in _said(envelope, terms).items():
            setattr(row, name, value)
        row.save(update_fields=["digest", "envelope", "ends", *_STATES])
        note(act, Action.FRAMEWORK_AGREE, key, what="reword", digest=row.digest)
        tell_other(act, row)


def name_client(actor: Actor, key: UUID, client: str) -> None:
    """Say whose key (`ed25519:…`) calls the model: the runner's, which then need not hold the key that signs.

    Raises:
        BadInput: it is no key. AgainstRules: this is for the evaluator, and before access is given.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_EVALUATE)
        if side_of(act, row) is not By.EVALUATOR or row.grant != "none":
            raise AgainstRules("the evaluator names its client, before access is given", code="frontier.client")
        row.client = name_of(key_named(client))
        row.save(update_fields=["client"])
        note(act, Action.FRAMEWORK_EVALUATE, key, what="client", client=row.client)


_STATES = ["agreement", "grant"]


def _other(side: By) -> By:
    return By.EVALUATOR if side is By.DEVELOPER else By.DEVELOPER


def _said(envelope: bytes, terms: Terms) -> dict[str, object]:
    return {
        "digest": terms.digest,
        "envelope": envelope,
        "model": terms.model,
        "ends": terms.ends,
    }


def _signed_by_one(envelope: bytes, now: datetime) -> tuple[Terms, By]:
    """What is offered, and the side that signed it."""
    terms, signers = read_signed(envelope), signed_by(envelope)
    if len(signers) != 1:
        raise BadInput("what is offered is signed by one side alone", place="/signatures")
    if terms.ends <= now:
        raise BadInput("its window is over", place="/ends")
    return terms, By.DEVELOPER if signers[0].key == terms.developer.key else By.EVALUATOR
