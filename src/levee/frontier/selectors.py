from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.frontier import scopes, types
from levee.frontier.agreements.signing import read_signed
from levee.frontier.course.machines import TABLE, By, Part
from levee.frontier.models import Agreement, Enquiry, HandOff, Partner, Release
from levee.frontier.services.rows import lapse, side_of, standing
from levee.kernel.errors import NotFound
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from levee.frontier.course.machines import State, Verb
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def agreements(actor: Actor) -> Sequence[types.Agreement]:
    """The agreements of the actor's organisation, on either side, newest first."""
    with acting(actor) as act:
        demand(act, Action.FRAMEWORK_SEE, of=actor.party)
        rows = list(Agreement.unscoped.filter(scopes.both_sides(actor)).order_by("-at", "-id"))
        return [_told(act, row) for row in rows]


def agreement(actor: Actor, key: UUID) -> types.Agreement:
    """One of them.

    Raises:
        NotFound: there is no such one.
    """
    with acting(actor) as act:
        return _told(act, _row(act, key))


def envelope(actor: Actor, key: UUID) -> bytes:
    """The file that was signed, with the signatures that it has.

    Raises:
        NotFound: there is no such agreement.
    """
    with acting(actor) as act:
        return bytes(_row(act, key).envelope)


def certificate(actor: Actor, key: UUID) -> bytes:
    """What both signed of the deletion.

    Raises:
        NotFound: there is no such agreement, or nothing was signed yet.
    """
    with acting(actor) as act:
        found = bytes(_row(act, key).certificate)
    if not found:
        raise NotFound("no certificate was handed in")
    return found


def partners(actor: Actor, key: UUID) -> Sequence[types.Partner]:
    """Who was proposed under an agreement, newest first.

    Raises:
        NotFound: there is no such agreement.
    """
    with acting(actor) as act:
        row = _row(act, key)
        found = list(Partner.unscoped.filter(scopes.both_sides(actor), of=key).order_by("-at", "-id"))
        return [_partner(act, row, each) for each in found]


def partner(actor: Actor, key: UUID) -> tuple[types.Partner, UUID]:
    """One of them, with the agreement that it is proposed under.

    Raises:
        NotFound: there is no such one.
    """
    with acting(actor) as act:
        demand(act, Action.FRAMEWORK_SEE, of=actor.party)
        found = Partner.unscoped.filter(scopes.both_sides(actor), id=key).first()
        if found is None:
            raise NotFound("there is no such partner")
        return _partner(act, _row(act, found.of), found), found.of


def handed_off(actor: Actor, key: UUID) -> Sequence[types.HandedOff]:
    """What was handed off under an agreement, newest first.

    Raises:
        NotFound: there is no such agreement.
    """
    with acting(actor) as act:
        row = _row(act, key)
        rows = list(HandOff.unscoped.filter(scopes.both_sides(actor), of=key).order_by("-at", "-id"))
    return [
        types.HandedOff(leaf=each.leaf, at=each.at, finding=each.finding if row.evaluator == actor.party else None)
        for each in rows
    ]


def enquiries(actor: Actor) -> Sequence[types.Enquiry]:
    """What the actor's organisation asked, and what was asked of it, newest first."""
    with acting(actor) as act:
        demand(act, Action.ENQUIRY_SEE, of=actor.party)
        rows = list(Enquiry.unscoped.filter(scopes.enquiries(actor)).order_by("-asked_at", "-id"))
    return [
        types.Enquiry(
            id=row.id,
            model=row.model,
            question=row.question,
            asked_at=row.asked_at,
            answer=row.answer,
            answered_at=row.answered_at,
            own=row.developer == actor.party,
        )
        for row in rows
    ]


def releases(actor: Actor) -> Sequence[str]:
    """The models that the actor's organisation noted as released."""
    with acting(actor) as act:
        demand(act, Action.FRAMEWORK_SEE, of=actor.party)
        return list(Release.unscoped.filter(scopes.releases(actor)).order_by("model").values_list("model", flat=True))


def _row(act: Act, key: UUID) -> Agreement:
    demand(act, Action.FRAMEWORK_SEE, of=act.actor.party)
    row = Agreement.unscoped.filter(scopes.both_sides(act.actor), id=key).first()
    if row is None:
        raise NotFound("there is no such agreement")
    return row


def _told(act: Act, row: Agreement) -> types.Agreement:
    lapse(row, act.now)
    side, state = side_of(act, row), standing(act, row)
    return types.Agreement(
        id=row.id,
        side=side,
        other=row.evaluator if side is By.DEVELOPER else row.developer,
        terms=read_signed(bytes(row.envelope)),
        digest=row.digest,
        state=state,
        possible=tuple(dict.fromkeys(_possible(side, state))),
        at=row.at,
        client=row.client,
        grant_ends=row.grant_ends,
        tokens=row.tokens,
        calls=row.calls,
        spent=row.spent,
        spent_at=row.spent_at,
        sealed=row.sealed,
        head=f"{row.sealed}:{bytes(row.sealed_root).hex()}" if row.sealed else "",
        plan=row.plan,
        runs=row.runs,
        bundle=row.bundle,
    )


def _partner(act: Act, row: Agreement, each: Partner) -> types.Partner:
    side, state = side_of(act, row), standing(act, row, each)
    return types.Partner(
        id=each.id,
        name=each.name,
        criteria=each.criteria,
        conflicts=each.conflicts,
        state=each.state,
        because=each.because,
        at=each.at,
        possible=tuple(dict.fromkeys(verb for verb, part in _possible(side, state) if part is Part.PARTNER)),
    )


def _possible(side: By, state: State) -> Iterator[tuple[Verb, Part]]:
    for step in TABLE:
        if step.by is side and step.possible(state):
            yield step.verb, next(iter(step.moves))
