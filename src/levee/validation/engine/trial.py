"""What a proof is put through on one build: the same questions for every form and kind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from levee.validation.engine.verdict import EffectField, Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from levee.platform.sandbox.port import Limits, Sandbox
    from levee.validation.engine.fill import Random
    from levee.validation.engine.sealed import BuiltTarget

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Rules that a test may switch off, to show that they are what holds; never anything else.

    Attributes:
        narrow_contrast: the contrast is judged by the narrow check of the effect.
        results_as_arguments: results of steps may be arguments of later ones.
        identity_swap: one more run with the contrast's version strings.
        doubts: a proof whose shape leaves something open is not confirmed without a person.
    """

    narrow_contrast: bool = False
    results_as_arguments: bool = False
    identity_swap: bool = True
    doubts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What trials run on.

    Attributes:
        parallel: how many runs at a time. drivers: folder shown as /h. folder: for trees of the harness's own making.
    """

    sandbox: Sandbox
    random: Random
    drivers: Path
    folder: Path
    parallel: int = 2
    rules: Rules = Rules()

    def each(self, work: Callable[[_In], _Out], items: Iterable[_In]) -> list[_Out]:
        """Do `work` on every item, some at a time; results in the items' order."""
        with ThreadPoolExecutor(max_workers=max(1, self.parallel)) as pool:
            return list(pool.map(work, items))


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetShowing:
    """What the target showed.

    Attributes:
        loaded: it came to run. control: what its own controls found wrong, or empty.
        cost: CPU seconds at the full length, for growth.
    """

    effect: EffectField
    loaded: bool
    control: str = ""
    reach: Reach = Reach.UNKNOWN
    signature: str = ""
    cost: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What an independent build showed.

    Attributes:
        reached: it loaded, every named call was entered, its benign calls pass. why: where it was not.
        signs: what speaks against silence.
        shown: in how many of `runs` runs the effect itself was there. A first run with a sign is the last one.
    """

    reached: bool
    signs: tuple[str, ...]
    shown: int
    runs: int
    why: str = ""


class Trial(Protocol):
    """One proof's way through builds; `records` is the evidence, in order."""

    records: list[dict[str, object]]
    limits: Limits

    def on_target(self, built: BuiltTarget) -> TargetShowing:
        """Show the effect, and check the controls, on the target."""

    def on_contrast(self, built: BuiltTarget, shown: TargetShowing) -> Silence:
        """Look for any sign of the class on an independent build of it."""

    def swapped(self, built: BuiltTarget, version: str) -> str:
        """Whether the effect stays when the target says another version: what is wrong, or empty."""

    def describe(self) -> dict[str, object]:
        """Driver and interpreter, for the evidence."""
