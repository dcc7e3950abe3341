from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.models import Party, Principal
from levee.access.services import demand
from levee.identity import scopes, types
from levee.identity.consents import consents, done_for, stand_ins, standing_in
from levee.identity.models import Member, Organisation, Token
from levee.kernel.errors import NotFound
from levee.platform.database.acting import acting
from levee.platform.database.asking import ask
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

__all__ = [
    "called",
    "consents",
    "contact_of",
    "done_for",
    "known_member",
    "listed",
    "members",
    "name_of",
    "names",
    "organisation",
    "organisations",
    "own_name",
    "stand_ins",
    "standing_in",
    "tokens",
]


def organisations(actor: Actor, *, only: Iterable[UUID] | None = None) -> Sequence[types.Organisation]:
    """Organisations that the actor may see, by name."""
    with acting(actor) as act:
        rows = Organisation.unscoped.filter(scopes.organisations(actor))
        if only is not None:
            rows = rows.filter(id__in=list(only))
        found = list(rows.order_by("name", "id"))
        # allow unscoped: of organisations that a scope chose
        parties = Party.unscoped.in_bulk([row.id for row in found])
    return [
        types.Organisation(
            id=row.id,
            name=row.name,
            kind=OrganisationKind(parties[row.id].kind),
            sector=row.sector,
            standing=parties[row.id].standing_at(act.now),
            joined_until=parties[row.id].joined_until,
            terms_version=row.terms_version,
        )
        for row in found
    ]


def listed(actor: Actor) -> Sequence[types.Organisation]:
    """All organisations that the actor may see, by name: its own; to the clearinghouse, every one.

    Raises:
        NotFound: the token in use does not cover it.
    """
    with acting(actor) as act:
        demand(act, Action.ORGANISATION_SEE, of=actor.party)
        return organisations(actor)


def organisation(actor: Actor, key: UUID) -> types.Organisation:
    """One organisation.

    Raises:
        NotFound: there is none, or none for this actor.
    """
    found = organisations(actor, only=[key])
    if not found:
        raise NotFound("there is no such organisation")
    return found[0]


def known_member(actor: Actor, key: UUID) -> types.KnownMember | None:
    """A member that told its key to a coordinator of another one; None where there is none that could answer.

    Args:
        actor: the coordinator.
        key: random, so that nobody knows it whom it was not told.
    """
    with acting(actor):
        rows = ask("select name, kind, contact from levee_member_called(%s)", [key])
    for name, kind, contact in rows:
        return types.KnownMember(id=key, name=name, kind=OrganisationKind(kind), contact=contact)
    return None


def names(actor: Actor, keys: Iterable[UUID]) -> Mapping[UUID, str]:
    """Names of organisations that the actor may see."""
    return {each.id: each.name for each in organisations(actor, only=keys)}


def members(actor: Actor) -> Sequence[types.Member]:
    """The members of the actor's own organisation, by name.

    Raises:
        NotFound: the token in use does not cover it.
    """
    with acting(actor) as act:
        demand(act, Action.MEMBER_SEE, of=actor.party)
        rows = list(Member.unscoped.filter(scopes.members(actor)).order_by("name", "id"))
        # allow unscoped: of members that a scope chose
        principals = Principal.unscoped.in_bulk([row.id for row in rows])
    return [
        types.Member(
            id=row.id,
            organisation=row.organisation,
            kind=PrincipalKind(principals[row.id].kind),
            name=row.name,
            roles=frozenset(Role(role) for role in principals[row.id].roles),
            live=principals[row.id].live,
        )
        for row in rows
    ]


def member_names(actor: Actor) -> Mapping[UUID, str]:
    """The names of those who are or were in the actor's own organisation, for those who may know its members."""
    with acting(actor):
        if not actor.permits(Action.MEMBER_SEE):
            return {}
        return dict(Member.unscoped.filter(scopes.members(actor)).values_list("id", "name"))


def own_name(actor: Actor) -> str:
    """The actor's own name, as members of its organisation know it; empty for a run of a service."""
    with acting(actor):
        return Member.unscoped.filter(scopes.members(actor), id=actor.id).values_list("name", flat=True).first() or ""


def called(actor: Actor, keys: Iterable[UUID]) -> Mapping[UUID, str]:
    """Names of people of the actor's own organisation; none where the token in use does not cover its members."""
    with acting(actor):
        if not actor.permits(Action.MEMBER_SEE):
            return {}
        rows = Member.unscoped.filter(scopes.members(actor), id__in=list(keys))
        return dict(rows.values_list("id", "name"))


def tokens(actor: Actor) -> Sequence[types.Token]:
    """The actor's own API tokens, newest first, without their secrets.

    Raises:
        NotFound: the token in use does not cover it.
    """
    with acting(actor) as act:
        demand(act, Action.TOKEN_SEE, of=actor.id)
        rows = list(Token.unscoped.filter(scopes.tokens(actor)).order_by("-created_at", "id"))
    return [
        types.Token(
            id=row.id,
            name=row.name,
            scopes=tuple(row.scopes),
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
    ]


def name_of(act: Act, organisation: UUID) -> str:
    """What an organisation is called, as far as the one acting may see it; empty where nothing is known."""
    rows = Organisation.unscoped.filter(scopes.organisations(act.actor), id=organisation)
    return rows.values_list("name", flat=True).first() or ""


def contact_of(act: Act, organisation: UUID) -> str:
    """Where letters to an organisation go, as far as the one acting may see it; empty where nothing is known."""
    rows = Organisation.unscoped.filter(scopes.organisations(act.actor), id=organisation)
    return rows.values_list("contact", flat=True).first() or ""
