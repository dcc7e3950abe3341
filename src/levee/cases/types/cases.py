"""Cases, and how one goes on in another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.cases.projects.sharing import label_of
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.cases.projects.sharing import Circle
    from levee.cases.projects.sharing import Label as Handling
    from levee.cases.rules.embargo import Embargo
    from levee.cases.rules.facts import Event
    from levee.cases.types.projects import ProjectPolicy
    from levee.policy.actors import Capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as one of its participants sees it.

    Attributes:
        house: the organisation that owns it.
        cluster: the findings that it is about; None where a member opened it for findings of its own.
        embargo: its state at the reader's instant: an end that has passed has ended it.
        embargo_end: the exact instant that is agreed, with zone; None where none was.
        world: what has happened in the world, as the owner accepted it.
        project: what it is about, as a package URL without version.
        ai_found: AI found it.
        policy: the project's, in the version in force when the case opened; None where none was known.
        policy_because: why there is an embargo that this policy does not want; empty where there is none.
        share_with: whom the reader's organisation may tell, by the label and its kind, the nearest first.
        capacity: the reader's own.
        goes_on: no other case took its place.
        successor: the case that took this one's place, where the reader takes part in it.
        unread: how many messages in its threads the reader has not read yet.
    """

    id: UUID
    house: UUID
    cluster: UUID | None
    title: str
    summary: str
    opened_at: datetime
    embargo: Embargo
    embargo_end: datetime | None
    embargo_ended_at: datetime | None
    embargo_end_reason: str
    world: tuple[Event, ...]
    project: str
    ai_found: bool
    policy: ProjectPolicy | None
    policy_because: str
    share_with: tuple[Circle, ...]
    capacity: Capacity
    goes_on: bool
    successor: UUID | None
    unread: int

    @property
    def public_id(self) -> str:
        """`CAS-…`."""
        return public_id("CAS", self.id)

    @property
    def label(self) -> Handling:
        """How its content is to be handled (TLP 2.0)."""
        return label_of(self.embargo, self.world)

    @property
    def successor_id(self) -> str | None:
        """`CAS-…`."""
        return public_id("CAS", self.successor) if self.successor else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCase:
    """A finding is in a case that its finder runs: which, who, since when; nothing of the case."""

    finding: UUID
    finder: str
    since: datetime

    @property
    def finding_id(self) -> str:
        """`FND-…`."""
        return public_id("FND", self.finding)


class Kind(StrEnum):
    """How a case went on in another one."""

    CORRECTED = "corrected"
    MERGED = "merged"
    SPLIT = "split"
    REOPENED = "reopened"
    TRANSFERRED = "transferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """A case went on in another one, or came from it.

    Attributes:
        forth: the case at hand went on in the other; otherwise the other went on in it.
        other: the other case, where the reader takes part in it.
        because: why.
    """

    kind: Kind
    forth: bool
    other: UUID | None
    because: str
    at: datetime

    @property
    def other_id(self) -> str | None:
        """`CAS-…`."""
        return public_id("CAS", self.other) if self.other else None

    @property
    def says(self) -> str:
        """Such as "merged into another case"."""
        return _WENT[self.kind, self.forth]


_WENT = {
    (Kind.CORRECTED, True): "what was accepted here by mistake is corrected in another case",
    (Kind.CORRECTED, False): "takes the place of a case in which something was accepted by mistake",
    (Kind.MERGED, True): "merged into another case",
    (Kind.MERGED, False): "another case was merged into this one",
    (Kind.SPLIT, True): "findings of this case became a case of their own",
    (Kind.SPLIT, False): "split off from another case",
    (Kind.REOPENED, True): "opened again as another case",
    (Kind.REOPENED, False): "opened again after another case",
    (Kind.TRANSFERRED, True): "another owner took this case over, as another case",
    (Kind.TRANSFERRED, False): "taken over from another owner's case",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a merge, a split or a new opening would do, before it is done.

    Attributes:
        embargo_end: the end that will hold; None where there is no embargo.
        comes_in: who takes part at once, having agreed already, or with the private channel that it was let in by.
        offered: who is offered the terms and sees nothing before it agrees.
        written: who gets a letter with a link, and sees nothing before it agrees.
        left_out: who left or does not agree, and is not drawn in.
        finders: who is credited, of the findings that the case will have.
        findings: how many these are.
        waits: how many invitations that wait at a project wait on in it.
    """

    embargo_end: datetime | None
    comes_in: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    finders: tuple[str, ...] = ()
    findings: int = 0
    waits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A part in a case that the reader's organisation is offered; nothing of the case is told before it agrees.

    Attributes:
        participant: the seat that it would take.
        house: who runs the case.
        embargo_end: until when the embargo binds; None where there is none.
    """

    participant: UUID
    house: str
    embargo_end: datetime | None
    since: datetime

    @property
    def public_id(self) -> str:
        """`PAR-…`."""
        return public_id("PAR", self.participant)


class Settlement(StrEnum):
    """What came of a case that was offered to another owner."""

    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class TransferVerb(StrEnum):
    """What can be said to a case that is offered."""

    TAKE = "take"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A case was offered to another owner.

    Attributes:
        to: whom it was offered to, as the case calls it.
        because: why.
        yours: it was offered to the reader's organisation.
        settlement: what came of it; None while it waits.
    """

    to: str
    because: str
    at: datetime
    yours: bool
    settled_at: datetime | None
    settlement: Settlement | None
