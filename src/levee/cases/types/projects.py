"""Projects, their policies, and what waits for its turn there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.cases.projects.policies import Terms as ProjectTerms
    from levee.cases.projects.upkeep import Keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """An organisation makes a component, or ships it.

    Attributes:
        component: its package URL, without version.
        said_by: whose word it is: the organisation's own, or the clearinghouse's.
        because: where it can be seen.
    """

    id: UUID
    organisation: UUID
    component: str
    keeps: Keeps
    said_by: UUID
    because: str
    at: datetime

    @property
    def public_id(self) -> str:
        """`UPK-…`."""
        return public_id("UPK", self.id)

    @property
    def confirmed(self) -> bool:
        """It is the clearinghouse's word, not the organisation's own alone."""
        return self.said_by != self.organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPolicy:
    """One version of how a project takes reports.

    Attributes:
        organisation: whose word it is: its maker, or the clearinghouse from what the project published.
        project: its package URL, without version.
        source: where it is published, or who decided it.
    """

    id: UUID
    organisation: UUID
    project: str
    version: int
    terms: ProjectTerms
    source: str
    at: datetime

    @property
    def public_id(self) -> str:
        """`POL-…`."""
        return public_id("POL", self.id)

    @property
    def named(self) -> str:
        """Such as "pkg:npm/minimist, version 2"."""
        return f"{self.project}, version {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An organisation that is to be told of a flaw, and why.

    Attributes:
        reason: such as "ships it".
        confirmed: the clearinghouse says so, not the organisation alone.
        because: where it can be seen.
    """

    organisation: UUID
    name: str
    reason: str
    confirmed: bool
    because: str

    @property
    def public_id(self) -> str:
        """`ORG-…`."""
        return public_id("ORG", self.organisation)

    @property
    def why(self) -> str:
        """The reason as it stands in an invitation."""
        return f"{self.reason}: {self.because}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An invitation that waits until its project takes another item; seen by coordinators alone.

    Attributes:
        name: whom it lets in, as the case calls it.
        place: among what waits at its project, from 1.
        severity: of the worst effect that was shown, from 0 for none to 4.
        accuracy: how often the best finder of the case was right, in per cent; None where nothing was judged.
        lacks: what the project waits for before it takes this item, such as "a verified fix"; empty for room alone.
        room_at: when the project takes its next item; None for now.
        urgent: the flaw is public, exploited or attacked, so that it may go ahead of its turn.
    """

    id: UUID
    case: UUID
    title: str
    project: str
    name: str
    because: str
    asked_at: datetime
    place: int
    severity: int
    accuracy: int | None
    lacks: str
    room_at: datetime | None
    urgent: bool

    @property
    def public_id(self) -> str:
        """`TRN-…`."""
        return public_id("TRN", self.id)

    @property
    def case_id(self) -> str:
        """`CAS-…`."""
        return public_id("CAS", self.case)
