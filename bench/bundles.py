"""Whether any change of a bundle of results is found, and how fast it is checked; run as `script/bench bundles`.

*found* is how many of so many single bytes, changed at random in whole bundles and in views, were found; *false_alarms*
how many bundles that nobody changed were refused. *check_seconds* is how long a bundle of 160 tasks of ten runs takes
to be checked and scored again, and *large* the same of 1,000 tasks of ten runs.

Prints one JSON line.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from levee.frontier.bundles.checking import check
from levee.frontier.bundles.redacting import view
from levee.frontier.bundles.writing import bundle
from levee.frontier.determination.plan import Plan
from levee.frontier.determination.runs import Run
from levee.frontier.envelopes import name_of
from levee.kernel.errors import LeveeError

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
TRUSTED = [name_of(KEY.public_key())]
PACK = "sha256:" + "0" * 64


def main(words: Sequence[str]) -> None:
    """Change bytes; the number may be given."""
    changes = int(words[0]) if words else 10_000
    rng = random.Random(1)  # noqa: S311 - which byte is changed is no secret
    small = made(20, 2)
    found = sum(
        refused(changed(each, rng)) for each in (small, view(small, TRUSTED, tasks=["t3"])) for _ in range(changes // 2)
    )
    print(
        json.dumps(
            {
                "changes": changes // 2 * 2,
                "found": found,
                "false_alarms": sum(refused(made(20, 2, seed)) for seed in range(100)),
                "check_seconds": round(seconds(made(160, 10)), 3),
                "large": {"runs": 10_000, "check_seconds": round(seconds(made(1000, 10)), 2)},
            }
        )
    )


def made(tasks: int, epochs: int, seed: int = 1) -> bytes:
    """A bundle of that many runs."""
    rng = np.random.default_rng(seed)
    runs = [
        Run(task=f"t{task}", family=f"f{task % 12}", epoch=epoch, success=bool(rng.random() < 0.6), tokens=100 * epoch)
        for task in range(tasks)
        for epoch in range(1, epochs + 1)
    ]
    plan = Plan(pack=PACK, threshold=0.59, looks=(tasks // 2, tasks), epochs=epochs)
    at = datetime(2026, 11, 30, tzinfo=UTC)
    return bundle(plan, runs, agreement=PACK, tools={"levee": "1"}, made_at=at, key=KEY)


def changed(data: bytes, rng: random.Random) -> bytes:
    """One byte of it, another one."""
    copy = bytearray(data)
    copy[rng.randrange(len(copy))] ^= rng.randrange(1, 256)
    return bytes(copy)


def refused(data: bytes) -> bool:
    """Whether it does not check."""
    try:
        check(data, TRUSTED)
    except LeveeError:
        return True
    return False


def seconds(data: bytes) -> float:
    """How long it takes to check."""
    began = time.perf_counter()
    check(data, TRUSTED)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1:])
