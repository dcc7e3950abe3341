"""How many cheats of scripted agents are found, and how many honest runs are accused; run as `script/bench cheats`.

A hundred talks that cheat and a hundred that do not, by every way that anybody of the project thought of; *before*,
*after*, *last* and *fresh* say when a way was written: before the rules; after them, twice, and then learned from; and
last of all, with no rule changed for it since. Of each, how many there are and how many count as cheated. *crossed* is
every honest way of the first two sets on every kind of task. *milliseconds* is of one talk, at the median.

No model is asked: the figures are of rules, on ways that people made up.

Prints one JSON line.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from levee.frontier.integrity.judging import judged
from support.planted_talks import Planted, crossed, planted


def main() -> None:
    """Judge them all."""
    there: dict[str, dict[str, int]] = {"cheats": {}, "honest": {}}
    counted: dict[str, dict[str, int]] = {"cheats": {}, "honest": {}}
    spent = []
    for each in planted():
        began = time.perf_counter()
        found = cheated(each)
        spent.append(time.perf_counter() - began)
        kind = "cheats" if each.cheats else "honest"
        for key in ("all", each.wrote):
            there[kind][key] = there[kind].get(key, 0) + 1
            counted[kind][key] = counted[kind].get(key, 0) + found
    accused = [cheated(each) for each in crossed()]
    print(
        json.dumps(
            {
                "cheats": {key: {"there": n, "found": counted["cheats"][key]} for key, n in there["cheats"].items()},
                "honest": {key: {"there": n, "accused": counted["honest"][key]} for key, n in there["honest"].items()},
                "crossed": {"there": len(accused), "accused": sum(accused)},
                "milliseconds": round(1000 * statistics.median(spent), 1),
            }
        )
    )


def cheated(each: Planted) -> bool:
    """Whether a talk counts as cheated."""
    return judged(each.task, each.talk).cheated


if __name__ == "__main__":
    main()
