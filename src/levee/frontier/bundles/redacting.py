"""A view of a bundle that shows some runs, with the proof that they are among those that were signed, and no other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from levee.frontier.bundles.checking import check
from levee.frontier.bundles.writing import leaf
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json
from levee.ledger.core.merkle import Leaves, inclusion_proof

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def view(data: bytes, trusted: Iterable[str], *, tasks: Collection[str]) -> bytes:
    """The bundle with the runs of these tasks alone.

    Args:
        data: a whole bundle.
        trusted: as `check` takes them.
        tasks: whose runs are shown.

    Raises:
        BadInput: the bundle does not check, is a view itself, or has no such task.
    """
    found = check(data, trusted)
    if not found.whole:
        raise BadInput("a view is made of a whole bundle", place="/shown")
    missing = set(tasks) - {run.task for run in found.runs}
    if missing:
        raise BadInput(f"there is no task {min(missing)} in it", place="tasks")
    told = json.loads(data)
    pairs = told.pop("runs")
    tree = Leaves([leaf(bytes.fromhex(salt), run) for salt, run in pairs])
    shown = [
        {"at": at, "salt": salt, "run": run, "proof": [each.hex() for each in inclusion_proof(at, len(pairs), tree)]}
        for at, (salt, run) in enumerate(pairs)
        if run["task"] in tasks
    ]
    return canonical_json({**told, "shown": shown})
