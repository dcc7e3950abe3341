"""What is decided before anything runs: what is asked, how many tasks at most, when to look, and what would count."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json, sha256

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
FEWEST = 10
"""Fewer clusters than this say nothing of a population."""


class Estimand(StrEnum):
    """What a rate is of: the tasks of the pack themselves, or tasks like them, of which they are a sample."""

    THESE_TASKS = "these_tasks"
    TASKS_LIKE_THESE = "tasks_like_these"


class Cluster(StrEnum):
    """What stands for itself: a task, or a family of tasks that share how they are solved."""

    TASK = "task"
    FAMILY = "family"


class Cheats(StrEnum):
    """How a run counts in which somebody cheated: as failed, not at all, or as it ended."""

    FAIL = "fail"
    DROP = "drop"
    COUNT = "count"


class Spending(StrEnum):
    """How the error is spread over the looks: evenly, so that a clear answer stops early, or most of it at the end."""

    POCOCK = "pocock"
    OBRIEN_FLEMING = "obrien_fleming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan that is fixed, and whose digest is known, before the first run.

    Attributes:
        pack: SHA-256 of the task pack, `sha256:…`.
        threshold: the rate of success to compare with, between 0 and 1.
        looks: after how many tasks to look, in order; the last is the most. One look is a fixed plan.
        epochs: runs of each task.
        error: how often, at most, a rate on one side of the threshold is said to be on the other; on each side.
        tokens: what one run may spend at most; None for no limit.
    """

    pack: str
    threshold: float
    looks: tuple[int, ...]
    epochs: int = 1
    error: float = 0.025
    estimand: Estimand = Estimand.TASKS_LIKE_THESE
    cluster: Cluster = Cluster.TASK
    cheats: Cheats = Cheats.FAIL
    spending: Spending = Spending.POCOCK
    tokens: int | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the plan as canonical JSON, `sha256:…`."""
        return digest_of(asdict(self))


def digest_of(told: object) -> str:
    """SHA-256 of something as canonical JSON, `sha256:…`; fractions are spelt as their shortest text."""
    return f"sha256:{sha256(canonical_json(spelt(told))).hex()}"


def spelt(told: object) -> Any:  # noqa: ANN401 - JSON
    """The same with every fraction as its shortest text, for canonical JSON holds none."""
    if isinstance(told, dict):
        return {str(name): spelt(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [spelt(each) for each in told]
    if isinstance(told, str):
        return str(told)  # a word of a list of words is its text
    return repr(told) if isinstance(told, float) else told


_WORDS: dict[str, type[StrEnum]] = {
    "estimand": Estimand,
    "cluster": Cluster,
    "cheats": Cheats,
    "spending": Spending,
}
_DEFAULTS: dict[str, Any] = {
    "epochs": 1,
    "error": 0.025,
    "estimand": Estimand.TASKS_LIKE_THESE,
    "cluster": Cluster.TASK,
    "cheats": Cheats.FAIL,
    "spending": Spending.POCOCK,
    "tokens": None,
}


def read_plan(given: object) -> Plan:
    """Read a plan from JSON; BadInput names the field."""
    if not isinstance(given, dict):
        raise BadInput("a plan is a JSON object", place="/")
    unknown = given.keys() - {"pack", "threshold", "looks", *_DEFAULTS}
    if unknown:
        raise BadInput("a plan has no such field", place=f"/{min(unknown)}")
    fields = {**_DEFAULTS, **given}
    for name in ("pack", "threshold", "looks"):
        if name not in fields:
            raise BadInput("a plan says this", place=f"/{name}")
    fields |= {name: _word(kind, fields[name], name) for name, kind in _WORDS.items()}
    plan = Plan(
        **{
            **fields,
            "pack": str(fields["pack"]),
            "threshold": _share(fields["threshold"], "threshold"),
            "error": _share(fields["error"], "error"),
            "looks": _looks(fields["looks"]),
            "epochs": _count(fields["epochs"], "epochs"),
            "tokens": None if fields["tokens"] is None else _count(fields["tokens"], "tokens"),
        }
    )
    _check(plan)
    return plan


def _check(plan: Plan) -> None:
    if not DIGEST.fullmatch(plan.pack):
        raise BadInput("the digest of a task pack, sha256: and 64 hexadecimal digits", place="/pack")
    if plan.error >= 0.5:  # noqa: PLR2004 - half is a toss of a coin
        raise BadInput("an error below one half, such as 0.025", place="/error")
    if plan.estimand is Estimand.THESE_TASKS:
        if len(plan.looks) > 1:
            raise BadInput("more tasks are other tasks: these are looked at once", place="/looks")
        if plan.epochs < 2:  # noqa: PLR2004 - one run of a task says nothing of how it varies
            raise BadInput("these tasks vary from run to run only: two epochs at least", place="/epochs")
    elif plan.looks[0] < FEWEST:
        raise BadInput(f"the first look is after {FEWEST} tasks at least", place="/looks")


def _word(kind: type[StrEnum], given: object, name: str) -> StrEnum:
    try:
        return kind(str(given))
    except ValueError as error:
        raise BadInput(f"one of {', '.join(kind)}", place=f"/{name}") from error


def _share(given: object, name: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given) or not 0 < given < 1:
        raise BadInput("a number between 0 and 1, neither of them", place=f"/{name}")
    return float(given)


def _count(given: object, name: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise BadInput("a whole number from 1", place=f"/{name}")
    return given


def _looks(given: object) -> tuple[int, ...]:
    if not isinstance(given, list | tuple) or not given:
        raise BadInput("numbers of tasks, such as [40, 80, 160]", place="/looks")
    looks = tuple(_count(each, "looks") for each in given)
    if list(looks) != sorted(set(looks)):
        raise BadInput("each look is after more tasks than the one before", place="/looks")
    return looks
