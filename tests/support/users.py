"""The users and folders that the sandboxes of this worker of the test run take."""

from __future__ import annotations

import os
from pathlib import Path

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
FIRST = int(os.environ.get("LEVEE_TEST_USERS", "64300"))
"""The first user id of this test run, of 1,000. Another run beside it on the same host needs others."""

_SHARES = {
    "sandbox": 0,
    "runner": 200,
    "evaluations": 400,
    "engine": 500,
    "forgeries": 700,
    "packs": 800,
    "rehearsal": 850,
    "house": 900,
}
_EACH = 20


def place_of(share: str) -> dict[str, object]:
    """What `open_sandbox` and `Runner` are told; the folder stays, for its locks may be held elsewhere."""
    runtime = Path(f"/run/levee-test-{FIRST}-{share}-{WORKER}")
    return {"slots": 2, "first_user": FIRST + _SHARES[share] + _EACH * WORKER, "runtime": runtime}
