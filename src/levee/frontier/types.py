from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.frontier.course.machines import Verb
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.frontier.agreements.terms import Agreement as Terms
    from levee.frontier.course.machines import By, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One agreement, as one of its sides sees it.

    Attributes:
        side: which side the one who asks is on. other: the organisation on the other, whatever it calls itself.
        terms: what was offered or signed.
        state: of each part, as `course.machines` names them.
        possible: what this side can do now, as `(verb, part)`.
        client: the public key of whom the access is for. grant_ends: when the access ends by itself.
        tokens, calls: what was given, in all and a minute. spent: what the gateway said was used of it, and when.
        sealed: how many exchanges the gateway has kept, and head: `SIZE:ROOT` of the log of them; empty for none.
        plan: the digest of the evaluator's plan. runs: how many there were. bundle: the digest of the signed results.
        certified: both signed that what was kept is deleted.
    """

    id: UUID
    side: By
    other: UUID
    terms: Terms
    digest: str
    state: dict[Part, str]
    possible: tuple[tuple[Verb, Part], ...]
    at: datetime
    client: str
    grant_ends: datetime | None
    tokens: int
    calls: int
    spent: int
    spent_at: datetime | None
    sealed: int
    head: str
    plan: str
    runs: int
    bundle: str

    @property
    def public_id(self) -> str:
        """`AGR-…`."""
        return public_id("AGR", self.id)

    @property
    def other_id(self) -> str:
        """The number of the other side, `ORG-…`."""
        return public_id("ORG", self.other)

    @property
    def grant(self) -> str:
        """How gateways name the access, `GRT-…`."""
        return grant_of(self.id)


class PartnerVerb(StrEnum):
    """What a side says to a partner."""

    AGREE = "agree"
    OBJECT = "object"
    PROPOSE = "propose"

    @property
    def step(self) -> Verb:
        """The same in the table of steps."""
        return Verb(self.value)


def grant_of(agreement: UUID) -> str:
    """How gateways name the access under an agreement, `GRT-…`."""
    return public_id("GRT", agreement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """Whether a model is covered: what its developer asked, and what it was told, if anything."""

    id: UUID
    model: str
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    own: bool

    @property
    def public_id(self) -> str:
        """`ENQ-…`."""
        return public_id("ENQ", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOff:
    """What was handed off: the leaf of its exchange; and, for the evaluator alone, the finding."""

    leaf: str
    at: datetime
    finding: UUID | None

    @property
    def finding_id(self) -> str:
        """`FND-…`; empty for the developer."""
        return "" if self.finding is None else public_id("FND", self.finding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Whom a model would go to next.

    Attributes:
        name: whom. criteria: what it was chosen by. conflicts: what interests of its own it may have.
        state: as `course.machines` names it. because: why it was agreed to, or objected to.
        possible: what the side that asks can do now.
    """

    id: UUID
    name: str
    criteria: str
    conflicts: str
    state: str
    because: str
    at: datetime
    possible: tuple[Verb, ...]

    @property
    def public_id(self) -> str:
        """`PTR-…`."""
        return public_id("PTR", self.id)
