"""What changed in cases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from uuid import UUID


class Changed(StrEnum):
    """What can change in a case."""

    OPENED = "opened"
    PARTY = "party"
    FINDING = "finding"
    ANSWER = "answer"
    REPORT = "report"
    FIX = "fix"
    CLAIM = "claim"
    FACT = "fact"
    EMBARGO = "embargo"
    CONSENT = "consent"
    CLOCK = "clock"
    POLICY = "policy"
    THREAD = "thread"
    MESSAGE = "message"
    MAIL = "mail"
    ENTERED = "entered"
    SILENCE = "silence"
    OUTCOME = "outcome"
    CONFLICT = "conflict"
    HAND_OVER = "hand_over"
    ADVISORY = "advisory"
    CORRECTED = "corrected"
    BRIDGE = "bridge"
    TRANSFER = "transfer"

    @property
    def says(self) -> str:
        """In words."""
        return _CHANGED[self]


_CHANGED = {
    Changed.OPENED: "the case was opened",
    Changed.PARTY: "a party came in",
    Changed.FINDING: "a finding was taken in, or split off",
    Changed.ANSWER: "a vendor answered",
    Changed.REPORT: "a party did something with the report",
    Changed.FIX: "a fix was attached or checked",
    Changed.CLAIM: "a claim was made, or decided on",
    Changed.FACT: "something happened, as the owner accepted it",
    Changed.EMBARGO: "the embargo moved, or another end is proposed",
    Changed.CONSENT: "a party was asked about the embargo, or answered",
    Changed.CLOCK: "a clock of yours comes near its end, or is there",
    Changed.POLICY: "a party said something about clocks",
    Changed.THREAD: "a thread was opened",
    Changed.MESSAGE: "a message was sent",
    Changed.MAIL: "a letter came in",
    Changed.ENTERED: "somebody typed a code",
    Changed.SILENCE: "somebody tried to reach a silent vendor, or two people decided about it",
    Changed.OUTCOME: "somebody proposes what is done about a silent vendor, or another one answered",
    Changed.CONFLICT: "a conflict of interest was named, or settled",
    Changed.HAND_OVER: "a party took the case as a document",
    Changed.ADVISORY: "its publication was decided on, or is out",
    Changed.CORRECTED: "another case took this one's place",
    Changed.BRIDGE: "a private channel was used, answers, or does not",
    Changed.TRANSFER: "the case was offered to another owner, or that was answered or taken back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that changed in a case; what it is now is read in the case.

    Attributes:
        id: its key, and the place in the order of all changes: those after it are asked for by it.
        case: the case.
        what: what changed.
    """

    id: UUID
    case: UUID
    what: Changed

    @property
    def cursor(self) -> str:
        """`CHG-…`."""
        return public_id("CHG", self.id)

    @property
    def public_id(self) -> str:
        """The case's, `CAS-…`."""
        return public_id("CAS", self.case)

    @property
    def says(self) -> str:
        """What changed, in words."""
        return self.what.says
