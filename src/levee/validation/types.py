from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class Result(StrEnum):
    """What a validation came to. Only a person calls something forged."""

    CONFIRMED = "confirmed"
    EFFECT_SHOWN = "effect_shown"
    NOT_REPRODUCED = "not_reproduced"
    CONTROL_FAILED = "control_failed"
    FLAKY = "flaky"
    BUILD_FAILED = "build_failed"
    BEYOND_SANDBOX = "beyond_sandbox"


class Judgement(StrEnum):
    """What a named person said about a finding that machines could not settle."""

    ACCEPTED = "accepted_on_evidence"
    CONTRACT = "contract_stated"
    DECLINED = "declined"
    FORGED = "forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A person's judgement, by name, with its statement."""

    judgement: Judgement
    name: str
    statement: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Four fields, each with its evidence, never folded into one word (`result` only names the case they make).

    Attributes:
        effect_shown, effect_runs: in how many of how many runs the effect showed.
        contrast: `silent`, `not silent`, `not reached`, `none`; contrast_build: which build that was.
        contract: the contract that the effect breaks, and who or what says so; empty where nobody said.
        reach: whether the flawed code is reached from a public entry: `yes`, `no`, `unknown`.
        signature: equal for findings that are grouped; empty unless the effect was shown.
        detail: one plain sentence on why the result is what it is.
    """

    id: UUID
    finding: UUID
    result: Result
    kind: str
    target: str
    effect_shown: int
    effect_runs: int
    contrast: str
    contrast_build: str
    contract: str
    reach: str
    signature: str
    detail: str
    proof_digest: str
    evidence_digest: str
    at: datetime
    said: Said | None

    @property
    def settled(self) -> bool:
        """Whether it goes on along the way: confirmed, or accepted by a named person."""
        accepted = self.said is not None and self.said.judgement in {Judgement.ACCEPTED, Judgement.CONTRACT}
        return self.result is Result.CONFIRMED or accepted

    @property
    def waits(self) -> bool:
        """Whether it waits for a person."""
        return self.said is None and self.result in {Result.EFFECT_SHOWN, Result.BEYOND_SANDBOX, Result.FLAKY}
