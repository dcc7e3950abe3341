"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.kernel.sides import Side

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actions import Action


class PrincipalKind(StrEnum):
    """What kind of principal acts."""

    PERSON = "person"
    AGENT = "agent"
    SERVICE = "service"


class OrganisationKind(StrEnum):
    """What an organisation is to the clearinghouse."""

    FINDER = "finder"
    VENDOR = "vendor"
    OPERATOR = "operator"
    AGENCY = "agency"
    AI_DEVELOPER = "ai_developer"
    EVALUATOR = "evaluator"
    INTERMEDIARY = "intermediary"
    CLEARINGHOUSE = "clearinghouse"

    @property
    def home(self) -> Side:
        """The side of the house on which people of such an organisation have their first page."""
        return Side.OPERATORS if self in {self.OPERATOR, self.INTERMEDIARY} else Side.CLEARINGHOUSE


class Role(StrEnum):
    """What a principal may do inside its organisation. Seeing content takes `member` or `coordinator`."""

    MEMBER = "member"
    COORDINATOR = "coordinator"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Standing(StrEnum):
    """How an organisation stands to the membership terms; every change is its own, and free of penalty."""

    JOINED = "joined"
    LIMITED = "limited"
    LEFT = "left"


class Capacity(StrEnum):
    """In what capacity a party was let in to a subject."""

    OWNER = "owner"
    FINDER = "finder"
    VENDOR = "vendor"
    OBSERVER = "observer"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The one who asks; passed first to every service and selector.

    Attributes:
        id: the principal. party: the organisation it acts for (a service run may be a party of its own).
        scopes: what an API token narrows it to; None is no narrowing.
        live: false once the principal was ended.
        stands_in: it is of another organisation, an intermediary, to which the party consented.
    """

    id: UUID
    kind: PrincipalKind
    party: UUID
    organisation_kind: OrganisationKind
    standing: Standing
    roles: frozenset[Role] = field(default_factory=frozenset)
    scopes: frozenset[Action] | None = None
    live: bool = True
    stands_in: bool = False

    def permits(self, action: Action) -> bool:
        """Whether the token in use, if any, covers the action."""
        return self.scopes is None or action in self.scopes
