"""What came of it: how verdicts are read, and which failures end the story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.app.wiring import jobs
from levee.kernel.errors import LeveeError
from levee.validation.types import Judgement, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.validation.types import Verdict


def confirmed(verdict: Verdict) -> bool:
    """An effect with a silent contrast, or with the contract that it breaks stated by a named person."""
    stated = verdict.said is not None and verdict.said.judgement is Judgement.CONTRACT
    return verdict.result is Result.CONFIRMED or (verdict.result is Result.EFFECT_SHOWN and stated)


def left_out(verdicts: Iterable[Verdict]) -> list[str]:
    """The targets that no registry handed out here, as without a network."""
    signs = ("registry.unavailable", "no registry")
    return sorted({each.target for each in verdicts if any(sign in each.detail for sign in signs)})


def waited_for() -> list[str]:
    """The kinds of jobs whose failure leaves the story waiting; the others write down that they gave up."""
    return [kind.name for kind in jobs() if kind.gave_up is None]


def refuse_failed(runs: Sequence[tuple[str, str]]) -> None:
    """End the story over runs that failed for good.

    Raises:
        LeveeError: there is one.
    """
    if runs:
        kind, failure = runs[0]
        raise LeveeError(
            f"{len(runs)} of the runs failed for good, the last one in {kind}: {failure}",
            code="demo.runs_failed",
            place="the worker",
            advice="its own messages stand above; script/demo starts anew",
        )
