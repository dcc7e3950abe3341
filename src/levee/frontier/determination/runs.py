"""Runs of tasks, as they were recorded: one line of JSON each."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from levee.formats.strict_json import read_json
from levee.frontier.determination.plan import Cheats
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.frontier.determination.plan import Plan


NO_MODEL = "A scripted agent was run and no model: what it scores says nothing of any."
"""Stands wherever such runs are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One try at a task.

    Attributes:
        task: its name in the pack. family: of tasks that share how they are solved; the task itself, if none is said.
        epoch: which try, from 1.
        success: how it was scored.
        tokens: what it spent, in and out.
        cheated: somebody or something found that it did not solve the task but got around it.
        minutes: how long people took for the task, where that was measured.
        scripted: no model was run but a scripted agent: its name.
    """

    task: str
    epoch: int
    success: bool
    family: str = ""
    tokens: int = 0
    cheated: bool = False
    minutes: float | None = None
    scripted: str = ""

    def told(self) -> dict[str, Any]:
        """As canonical JSON holds it: a fraction as its shortest text, and a word on scripts where there is one."""
        minutes = None if self.minutes is None else repr(float(self.minutes))
        return {
            "task": self.task,
            "epoch": self.epoch,
            "success": self.success,
            "family": self.family,
            "tokens": self.tokens,
            "cheated": self.cheated,
            "minutes": minutes,
            **({"scripted": self.scripted} if self.scripted else {}),
        }


_KINDS: dict[str, tuple[type, ...]] = {
    "task": (str,),
    "epoch": (int,),
    "success": (bool,),
    "family": (str,),
    "tokens": (int,),
    "cheated": (bool,),
    "minutes": (int, float, type(None)),
    "scripted": (str,),
}
_NAMES = {each.name for each in fields(Run)}


def read_runs(lines: Iterable[bytes]) -> list[Run]:
    """Read runs, a JSON object on each line that is not empty; BadInput names the line and the field."""
    return [_run(line, f"line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def scored(runs: Iterable[Run], cheats: Cheats) -> list[Run]:
    """The runs as cheating counts: as failed, left out, or as they ended."""
    if cheats is Cheats.COUNT:
        return list(runs)
    if cheats is Cheats.DROP:
        return [each for each in runs if not each.cheated]
    return [_failed(each) if each.cheated else each for each in runs]


def check_runs(plan: Plan, runs: Sequence[Run]) -> dict[str, list[Run]]:
    """The runs of each task, in the order in which the tasks were begun, as the plan wanted them.

    Raises:
        BadInput: a run is there twice, is none of the plan's epochs, spent more than it may, or goes beyond the plan;
            or a task has two families or two human times.
    """
    by_task: dict[str, list[Run]] = {}
    for number, run in enumerate(runs, 1):
        there, place = by_task.setdefault(run.task, []), f"run {number}"
        if any(each.epoch == run.epoch for each in there):
            raise BadInput(f"epoch {run.epoch} of {run.task} is there twice", place=place)
        if not 1 <= run.epoch <= plan.epochs:
            raise BadInput(f"the plan has epochs 1 to {plan.epochs}", place=place)
        if plan.tokens is not None and run.tokens > plan.tokens:
            raise BadInput(f"the plan allows {plan.tokens} tokens a run", place=place)
        if there and (there[0].family, there[0].minutes) != (run.family, run.minutes):
            raise BadInput(f"{run.task} has one family and one human time", place=place)
        there.append(run)
    if len(by_task) > plan.looks[-1]:
        raise BadInput(
            f"the plan has {plan.looks[-1]} tasks and these runs are of {len(by_task)}",
            place="runs",
            advice="what was not planned is not decided on; make a new plan for new runs",
        )
    return by_task


def _failed(run: Run) -> Run:
    return replace(run, success=False)


def _run(line: bytes, place: str) -> Run:
    given = read_json(line)
    if not isinstance(given, dict):
        raise BadInput("a run is a JSON object", place=place)
    told: dict[str, Any] = dict(given)
    unknown = told.keys() - _NAMES
    if unknown:
        raise BadInput("a run has no such field", place=f"{place}, {min(unknown)}")
    for name in ("task", "epoch", "success"):
        if name not in told:
            raise BadInput("a run says this", place=f"{place}, {name}")
    for name, value in told.items():
        if not isinstance(value, _KINDS[name]) or (isinstance(value, bool) and bool not in _KINDS[name]):
            kinds = " or ".join("null" if each is type(None) else each.__name__ for each in _KINDS[name])
            raise BadInput(f"of the type {kinds}", place=f"{place}, {name}")
    if told.get("tokens", 0) < 0 or (told.get("minutes") or 1) <= 0:
        raise BadInput("not below zero", place=place)
    return Run(**told)
