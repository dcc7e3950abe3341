"""A determination as it is handed out: what was planned, what came of it, and what it does not say."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from levee.frontier.determination.deciding import SAYS, decide, sensitivity
from levee.frontier.determination.elicitation import over_tokens, over_tries
from levee.frontier.determination.horizon import horizons
from levee.frontier.determination.plan import digest_of
from levee.frontier.determination.rates import grouped
from levee.frontier.determination.runs import NO_MODEL, scored
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.frontier.determination.deciding import Decision, Look
    from levee.frontier.determination.elicitation import Point
    from levee.frontier.determination.plan import Plan
    from levee.frontier.determination.runs import Run


def determination(plan: Plan, runs: Sequence[Run]) -> dict[str, Any]:
    """Everything that follows from a plan and its runs, as JSON takes it.

    Raises:
        BadInput: as `decide`.
    """
    decision, others = decide(plan, runs), sensitivity(plan, runs)
    looked = _looked_at(plan, runs, decision)
    return {
        "says": f"{NO_MODEL} {SAYS}" if any(each.scripted for each in runs) else SAYS,
        "outcome": decision.outcome,
        "finished": decision.finished,
        "plan": {**asdict(plan), "digest": plan.digest},
        "runs": {
            "digest": digest_of([each.told() for each in runs]),
            "looked_at": decision.runs,
            "cheated": sum(each.cheated for each in looked),
        },
        "looks": [_look(each) for each in decision.looks],
        "if_cheating": {cheats: _short(each) for cheats, each in others.items()},
        "rests_on_cheating": len({each.outcome for each in others.values()}) > 1,
        "over_tokens": _points(over_tokens(_tasks(plan, looked), plan.estimand, plan.cluster)),
        "over_tries": _points(over_tries(_tasks(plan, looked), plan.estimand, plan.cluster)),
        "horizon": _horizon(plan, looked),
    }


def _looked_at(plan: Plan, runs: Sequence[Run], decision: Decision) -> list[Run]:
    """The runs of the tasks that the last look was at."""
    tasks = grouped(runs)
    whole = [task for task, there in tasks.items() if len(there) == plan.epochs][: decision.last.tasks]
    return [run for task in whole for run in tasks[task]]


def _tasks(plan: Plan, runs: Sequence[Run]) -> dict[str, list[Run]]:
    return grouped(scored(runs, plan.cheats))


def _look(look: Look) -> dict[str, Any]:
    return {
        "tasks": look.tasks,
        "outcome": look.outcome,
        "rate": look.rate.value,
        "low": look.low,
        "high": look.high,
        "distance": _finite(look.distance),
        "boundary": look.boundary,
    }


def _short(decision: Decision) -> dict[str, Any]:
    last = decision.last
    return {"outcome": decision.outcome, "rate": last.rate.value, "low": last.low, "high": last.high}


def _points(points: Iterable[Point]) -> list[dict[str, Any]]:
    return [asdict(each) for each in points]


def _horizon(plan: Plan, runs: Sequence[Run]) -> dict[str, Any]:
    """The horizons, or why there are none."""
    try:
        found = horizons(_tasks(plan, runs))
    except BadInput as error:
        return {"none": error.message}
    return {"minutes": [{name: _finite(value) for name, value in asdict(each).items()} for each in found]}


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
