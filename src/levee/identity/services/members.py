"""Who acts for an organisation: people and machine agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.models import Principal
from levee.access.services import demand
from levee.identity import types
from levee.identity.models import Member, User
from levee.kernel.errors import NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def add_member(
    actor: Actor,
    *,
    organisation: UUID,
    name: str,
    roles: Iterable[Role],
    kind: PrincipalKind = PrincipalKind.PERSON,
    email: str = "",
) -> types.Member:
    """Let a person or a machine agent act for an organisation.

    Raises:
        Forbidden: the actor administers neither this organisation nor the clearinghouse.
    """
    with acting(actor) as act:
        if actor.organisation_kind is OrganisationKind.CLEARINGHOUSE and organisation != actor.party:
            demand(act, Action.ORGANISATION_ADD)
        else:
            demand(act, Action.MEMBER_MANAGE, of=organisation)
        user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email) if email else None
        member = act.new_id()
        write_member(act, member, organisation=organisation, name=name, roles=frozenset(roles), kind=kind, user=user)
        record(act, log=("organisation", organisation), verb=Action.MEMBER_MANAGE, subject=member, fields={})
    return types.Member(id=member, organisation=organisation, kind=kind, name=name, roles=frozenset(roles), live=True)


def write_member(
    act: Act,
    key: UUID,
    *,
    organisation: UUID,
    name: str,
    roles: frozenset[Role],
    kind: PrincipalKind = PrincipalKind.PERSON,
    user: User | None = None,
) -> None:
    """Write a member's rows; for `add_member` and the founding, which has no actor yet."""
    Principal.unscoped.bulk_create(
        [Principal(id=key, party=organisation, kind=kind, roles=sorted(roles), since=act.now)]
    )
    Member.unscoped.bulk_create([Member(id=key, organisation=organisation, user=user, name=name)])


def end_member(actor: Actor, principal: UUID) -> None:
    """End a principal: it signs in no more and its tokens open nothing."""
    with acting(actor) as act:
        demand(act, Action.MEMBER_MANAGE, of=organisation_of(principal))
        Principal.unscoped.filter(id=principal, live=True).update(live=False, until=act.now)
        record(act, log=("organisation", actor.party), verb=Action.MEMBER_MANAGE, subject=principal, fields={})


def organisation_of(principal: UUID) -> UUID:
    """The organisation that a principal acts for; NotFound where there is none for the reader."""
    row = Principal.unscoped.filter(id=principal).values_list("party", flat=True).first()
    if row is None:
        raise NotFound("there is nobody here by that name")
    return row
