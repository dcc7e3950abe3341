from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.policy.actors import OrganisationKind, PrincipalKind, Role, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation as its members and the clearinghouse see it.

    Attributes:
        standing: at the reader's instant.
        joined_until: while joined: until when, unless it answers a newer version of the terms before.
    """

    id: UUID
    name: str
    kind: OrganisationKind
    sector: str
    standing: Standing
    terms_version: str
    joined_until: datetime | None = None

    @property
    def public_id(self) -> str:
        """`ORG-…`."""
        return public_id("ORG", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMember:
    """Another member, as one sees it that knows its key; `contact` is where letters go, and is shown to nobody."""

    id: UUID
    name: str
    kind: OrganisationKind
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person or machine agent of an organisation."""

    id: UUID
    organisation: UUID
    kind: PrincipalKind
    name: str
    roles: frozenset[Role]
    live: bool

    @property
    def public_id(self) -> str:
        """`PER-…`."""
        return public_id("PER", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An API token, without its secret."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @property
    def public_id(self) -> str:
        """`TOK-…`."""
        return public_id("TOK", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token at the one moment when its secret is known."""

    token: Token
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """An organisation that was let in; `secret` signs its first administrator in once."""

    organisation: Organisation
    administrator: Member
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What an operator lets an intermediary do.

    Attributes:
        intermediary: its key, with its `name`.
        may_act: not only see.
        until: when it ends by itself. ended_at: when it was withdrawn, or took the place of another.
    """

    id: UUID
    intermediary: UUID
    name: str
    may_act: bool
    since: datetime
    until: datetime | None
    ended_at: datetime | None

    @property
    def public_id(self) -> str:
        """`CST-…`."""
        return public_id("CST", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An operator that an intermediary may see or act for now."""

    id: UUID
    name: str
    may_act: bool
    since: datetime
    until: datetime | None

    @property
    def public_id(self) -> str:
        """`ORG-…`."""
        return public_id("ORG", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Something that a person of an intermediary did in an operator's name: the action, and by whom of which."""

    at: datetime
    what: str
    person: str
    organisation: str
