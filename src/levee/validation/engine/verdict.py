"""A verdict: four fields, each with its evidence, and the name of the case that they make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.validation.engine.kinds import CONTRACTS, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.validation.engine.evidence import Evidence


class Result(StrEnum):
    """What a validation came to. Only a person calls something forged."""

    CONFIRMED = "confirmed"
    EFFECT_SHOWN = "effect_shown"
    NOT_REPRODUCED = "not_reproduced"
    CONTROL_FAILED = "control_failed"
    FLAKY = "flaky"
    BUILD_FAILED = "build_failed"
    BEYOND_SANDBOX = "beyond_sandbox"


class Contrast(StrEnum):
    """What the contrast showed."""

    SILENT = "silent"
    NOT_SILENT = "not_silent"
    NOT_REACHED = "not_reached"
    NONE = "none"


class Reach(StrEnum):
    """Whether the flawed code is reached from a public entry."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectField:
    """The effect showed in `shown` of `runs` runs, of which `needed` are asked."""

    shown: int
    runs: int
    needed: int
    why: str = ""

    @property
    def reproduced(self) -> bool:
        """Whether it showed as often as is asked."""
        return self.runs > 0 and self.shown >= self.needed


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastField:
    """What an independent build showed; `build` is its digest, `signs` what spoke against silence."""

    state: Contrast
    spec: str = ""
    build: str = ""
    signs: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What running a proof came to.

    Attributes:
        contract: the row of the contract table; contract_basis: "contrast" where upstream's own change speaks for it,
            else "open", until a named person states it.
        signature: kind, top frame inside the project and line, of a memory report; empty for other kinds.
        why: one plain sentence.
        proof_digest: hex; of what was run, which is a generator's output where the proof was a generator.
    """

    result: Result
    kind: Kind
    effect: EffectField
    contrast: ContrastField
    reach: Reach
    contract_basis: str
    why: str
    proof_digest: str
    evidence: Evidence
    signature: str = ""

    @property
    def contract(self) -> str:
        """The contract that the effect breaks, as the table has it."""
        return CONTRACTS[self.kind]

    def as_dict(self) -> dict[str, object]:
        """The verdict as JSON values; integers, text, lists and objects only."""
        return {
            "result": self.result,
            "kind": self.kind,
            "effect": {
                "shown": self.effect.shown,
                "runs": self.effect.runs,
                "needed": self.effect.needed,
                "why": self.effect.why,
            },
            "contrast": {
                "state": self.contrast.state,
                "spec": self.contrast.spec,
                "build": self.contrast.build,
                "signs": list(self.contrast.signs),
                "why": self.contrast.why,
            },
            "contract": {"row": self.kind, "text": self.contract, "basis": self.contract_basis},
            "reach": self.reach,
            "signature": self.signature,
            "why": self.why,
            "proof": self.proof_digest,
            "evidence": self.evidence.as_dict(),
        }


def decide(
    effect: EffectField, contrast: ContrastField, *, control: str, loaded: bool, doubt: str = ""
) -> tuple[Result, str]:
    """The result that the fields make, and why.

    Args:
        effect: on the target.
        contrast: on the independent build.
        control: what a control on the target itself found wrong (benign calls, identity swap), or empty.
        loaded: whether the target came to run at all.
        doubt: what the proof's own shape leaves open, or empty.
    """
    if not loaded:
        return Result.BEYOND_SANDBOX, "the target did not come to run in this sandbox"
    if effect.shown == 0:
        return Result.NOT_REPRODUCED, effect.why or "the effect was not there"
    if not effect.reproduced:
        return Result.FLAKY, f"the effect showed in {effect.shown} of {effect.runs} runs, {effect.needed} are asked"
    if control:
        return Result.CONTROL_FAILED, control
    if doubt and contrast.state is Contrast.SILENT:
        return Result.EFFECT_SHOWN, doubt
    by_contrast: Mapping[Contrast, tuple[Result, str]] = {
        Contrast.SILENT: (
            Result.CONFIRMED,
            "the effect shows on the target, and the contrast was reached and is silent",
        ),
        Contrast.NOT_SILENT: (Result.CONTROL_FAILED, f"the contrast is not silent: {'; '.join(contrast.signs)[:300]}"),
        Contrast.NOT_REACHED: (Result.EFFECT_SHOWN, f"there is no contrast: {contrast.why}"),
        Contrast.NONE: (Result.EFFECT_SHOWN, contrast.why or "no contrast was given"),
    }
    return by_contrast[contrast.state]
