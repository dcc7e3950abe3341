"""Steps of a case, and what is proposed and claimed in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.cases.rules.claims import Claim as ClaimState
    from levee.cases.rules.facts import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Somebody's word that something happened in the world.

    Attributes:
        by: the party that says so, as the case calls it.
        event: `P` the public is aware, `X` an exploit is public, `A` attacks were seen.
        evidence: where it can be seen.
        state: asserted until the case's owner accepts or refuses it; doubted, where one of the owner's people says
            that it was accepted by mistake, until another one corrects or upholds it.
        because: why the owner decided so.
        doubt: why it was accepted by mistake.
        yours: the reader is who doubts it, so that somebody else decides.
        settlement: why it was corrected or upheld.
    """

    id: UUID
    by: str
    event: Event
    evidence: str
    at: datetime
    state: ClaimState
    decided_at: datetime | None
    because: str
    doubted_at: datetime | None
    doubt: str
    yours: bool
    settled_at: datetime | None
    settlement: str

    @property
    def public_id(self) -> str:
        """`CLM-…`."""
        return public_id("CLM", self.id)

    @property
    def says(self) -> str:
        """Such as "exploit public"."""
        return self.event.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An end of the embargo that somebody proposed.

    Attributes:
        by: the party, as the case calls it.
        end: the exact instant.
        answer_by: from when no answer is read as no; None for the terms that the case was opened with.
        state: open, accepted or rejected.
    """

    id: UUID
    by: str
    at: datetime
    end: datetime
    answer_by: datetime | None
    because: str
    state: str
    decided_at: datetime | None
    decided_because: str

    @property
    def public_id(self) -> str:
        """`PRO-…`."""
        return public_id("PRO", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one machine of a case: a line of its history.

    Attributes:
        number: its place, from 1; a place once told never changes.
        moves: `EM` the embargo, `PEC` a party's consent, `RM` its report, `CS` what happened, `CLK` what was said of
            clocks, `SIL` what was done about a silent vendor.
        verb: the machine's verb, or a letter of `VFDPXA`; of clocks, the verb and what it is about.
        seat: whose machine; None for the case's own.
        party: the same, as the case calls it; empty for the case's own.
        by: who did it; "time" for the clock.
        state: where it leads; of what happened, all its letters.
        says: the same as a sentence.
        message: which of Vultron's message types it is; empty for what has none.
    """

    number: int
    at: datetime
    moves: str
    verb: str
    seat: UUID | None
    party: str
    by: str
    state: str
    says: str
    message: str
    proposal: UUID | None
    end: datetime | None
    answer_by: datetime | None
    because: str

    @property
    def proposal_id(self) -> str | None:
        """`PRO-…`."""
        return public_id("PRO", self.proposal) if self.proposal else None
