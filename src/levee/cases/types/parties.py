"""Who takes part in a case, what it answered, and how it keeps to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.cases.rules.facts import FIX
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.cases.ladder.climbing import Way
    from levee.cases.ladder.rungs import Approach
    from levee.cases.rules.answers import Answer
    from levee.cases.rules.embargo import Consent
    from levee.cases.rules.facts import Event
    from levee.cases.rules.reports import Report
    from levee.policy.actors import Capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer of a vendor.

    Attributes:
        party: the vendor, as the case calls it.
        product: which of its products; empty for all that no other answer names.
        version: one version or a range, in the vendor's words; empty for all that no other answer names.
        justification: with `not_affected`, and only with it, one of the VEX justifications.
        by: the name of the person who answered.
        stands: no later answer covers it.
    """

    id: UUID
    party: str
    product: str
    version: str
    answer: Answer
    justification: str
    by: str
    at: datetime
    stands: bool

    @property
    def about(self) -> str:
        """Such as "Widget 2.x"."""
        return f"{self.product} {self.version}".strip() or "all products"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Where a vendor stood in a case that went on in this one, and that the reader takes part in too."""

    case: UUID
    answer: Answer

    @property
    def public_id(self) -> str:
        """The case's, `CAS-…`."""
        return public_id("CAS", self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A party to a case.

    Attributes:
        report: how it stands to the report that it got.
        fix: of a vendor, what of `VFD` has happened: it is aware, its fix is ready, deployed.
        answer: where a vendor stands on the whole.
        answers: its answers that stand, the widest first.
        earlier: where it stood in cases that went on in this one, as long as it has answered nothing here.
    """

    id: UUID
    party: UUID
    name: str
    capacity: Capacity
    consent: Consent
    report: Report
    fix: frozenset[Event]
    answer: Answer
    answers: tuple[Answered, ...]
    earlier: tuple[Earlier, ...]
    consented_by: str
    consented_at: datetime | None
    since: datetime

    @property
    def steps(self) -> tuple[tuple[Event, bool], ...]:
        """A vendor's way to a fix that is deployed, and whether each step of it is done."""
        return tuple((event, event in self.fix) for event in FIX)

    @property
    def public_id(self) -> str:
        """`PAR-…`."""
        return public_id("PAR", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to reach a silent vendor."""

    channel: Approach
    at: datetime
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A vendor that has not answered, as the owner of the case follows it.

    Attributes:
        attempts: oldest first; the letter that let it in is one.
        next: what is due next; None once a decision ended the ladder.
        late: it is due already.
        ends: everything was tried, so that two people may decide.
        proposed: what one of the owner's people proposes, until another one agrees or refuses.
        yours: the reader proposed it, so that somebody else decides.
        decided: what two people decided; `hold` comes up again.
    """

    participant: UUID
    party: str
    since: datetime
    attempts: tuple[Attempt, ...]
    next: Approach | None
    next_says: str
    due: datetime | None
    late: bool
    ends: bool
    proposed: Way | None
    proposed_at: datetime | None
    because: str
    yours: bool
    decided: Way | None
    decided_at: datetime | None

    @property
    def participant_id(self) -> str:
        """`PAR-…`."""
        return public_id("PAR", self.participant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What was said of somebody's interest in a case.

    Attributes:
        by: the party that says it, as the case calls it.
        of: the person of the owner who decides nothing meanwhile; None where it names nobody that could be held.
        whom: its name, for the owner's people alone.
        settlement: why it was settled.
        yours: the reader's own organisation said it, and may take it back.
    """

    id: UUID
    by: str
    of: UUID | None
    whom: str
    because: str
    at: datetime
    settled_at: datetime | None
    settlement: str
    yours: bool

    @property
    def public_id(self) -> str:
        """`COI-…`."""
        return public_id("COI", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPace:
    """When what happened to one vendor in one case; None for what has not.

    Attributes:
        received_at: it got the report.
        answered_at: its first answer.
        accepted_at: it took the report up.
        ready_at, deployed_at: of its fix.
        public_at: the flaw became public.
        history: the letters of what happened, in order.
    """

    party: UUID
    name: str
    received_at: datetime | None
    answered_at: datetime | None
    accepted_at: datetime | None
    ready_at: datetime | None
    deployed_at: datetime | None
    public_at: datetime | None
    history: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """When what happened in a case.

    Attributes:
        capacity: the reader's own; an owner is told of every vendor, a vendor of itself.
        embargo_since: it was agreed first. embargo_until: to which end, then. embargo_ended_at: when it ended.
    """

    case: UUID
    opened_at: datetime
    capacity: Capacity
    embargo_since: datetime | None
    embargo_until: datetime | None
    embargo_ended_at: datetime | None
    vendors: Sequence[VendorPace]

    @property
    def public_id(self) -> str:
        """`CAS-…`."""
        return public_id("CAS", self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A party took the case as a document.

    Attributes:
        by: the party, as the case calls it.
        version: of the document. digest: its SHA-256. tlp: its label.
    """

    by: str
    version: str
    tlp: str
    digest: bytes
    at: datetime
