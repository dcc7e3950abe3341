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
    OWN = "own_package"
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
        """Whether it goes on along the way: confirmed, or accepted by a named person. A person's word comes last."""
        if self.said is None or self.said.judgement is Judgement.OWN:
            return self.result is Result.CONFIRMED
        return self.said.judgement in {Judgement.ACCEPTED, Judgement.CONTRACT}

    @property
    def waits(self) -> bool:
        """Whether it waits for a person."""
        return self.said is None and self.result in {Result.EFFECT_SHOWN, Result.BEYOND_SANDBOX, Result.FLAKY}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedEvidence:
    """The evidence of a verdict as a worker signed it.

    Attributes:
        document: canonical JSON. digest: its SHA-256, hex, as the ledger has it.
        key, signature: Ed25519 (RFC 8032), hex; `platform.signing.verify_evidence` checks them.
    """

    document: bytes
    digest: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How often a finder was right, among its findings whose contract another party judged.

    Attributes:
        right: confirmed against an upstream release, or by a named person's contract statement.
        wrong: not reproduced, not gone where the finder said it was, or called forged by a person.
    """

    right: int
    wrong: int

    @property
    def percent(self) -> int | None:
        """Rounded down; None while nothing was judged."""
        judged = self.right + self.wrong
        return self.right * 100 // judged if judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTarget:
    """A registered source target: source, build, programs and tests, as its upstream or a coordinator prepared it.

    Attributes:
        digest: SHA-256 of the archive, hex. controls: how many control proofs are kept for it.
    """

    name: str
    version: str
    digest: str
    size: int
    controls: int
    added_at: datetime

    @property
    def spec(self) -> str:
        """`source:NAME@VERSION`."""
        return f"source:{self.name}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is done to a target before proofs are replayed on it: a unified diff, or an upgrade to a release.

    Attributes:
        patch: the diff; empty for an upgrade.
        upgrade: a version such as `4.2.15`; empty for a patch.
    """

    patch: bytes = b""
    upgrade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One finding's proof on a changed target: silence counts only when the flawed entry was reached."""

    finding: UUID
    shown: int
    runs: int
    reached: bool

    @property
    def silent(self) -> bool:
        """Whether the effect is gone, and the entry it came from was reached."""
        return self.reached and self.shown == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedTarget:
    """What became of a changed target.

    Attributes:
        refused: why the change was not even tried (it touches tests, harness or flags), or empty.
        applies, builds: whether it did.
        replays: each proof on it.
        tests_before: how many regression tests passed without the change; tests_after: how many of those pass with
            it; -1 where there is no suite.
        controls_silent: how many control proofs of the target fell silent, which no narrow change does.
        detail: what went wrong, in one sentence.
    """

    refused: str = ""
    applies: bool = False
    builds: bool = False
    replays: tuple[Replay, ...] = ()
    tests_before: int = -1
    tests_after: int = -1
    controls_silent: int = 0
    detail: str = ""

    @property
    def keeps_tests(self) -> bool:
        """Whether the regression suite passes as it did before; an upgrade brings its own."""
        return self.tests_before < 0 or self.tests_after >= self.tests_before
