"""The whole life of an agreement, with real processes: a house, a gateway, evaluations, results, and its end."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from support.users import place_of

pytestmark = [
    pytest.mark.xdist_group("evaluations"),  # the sandbox's self-test, once
    pytest.mark.skipif(os.geteuid() != 0, reason="the sandbox needs root"),
    pytest.mark.timeout(1800),
]
TASKS = 12


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return str(listening.getsockname()[1])


def rehearsed():
    """The figures of one rehearsal, which ended by itself."""
    folder = Path(tempfile.mkdtemp(prefix="levee-rehearsal-", dir="/var/tmp"))
    folder.chmod(0o711)  # the database's own user comes by
    ports = {f"LEVEE_{name}PORT": free_port() for name in ("", "PUBLIC_", "OPERATORS_")}
    slots = {"LEVEE_SLOT_UID": str(place_of("rehearsal")["first_user"])}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "levee.cli", "frontier", "rehearse", "--once"],
            check=False,
            capture_output=True,
            text=True,
            env=os.environ | ports | slots | {"LEVEE_REHEARSAL_FOLDER": str(folder / "all")},
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_an_agreement_lives_from_its_first_key_to_the_certificate_of_its_deletion():
    told = rehearsed()
    assert told["outcome"] == "above"
    assert told["checked_runs"] == TASKS
    assert told["opened_after_deletion"] == 0
    assert told["certificate_signed_by"] == 2
    assert told["solver"] == f"{TASKS} of {TASKS} solved"
    assert told["random"].startswith("0 of")
    assert told["sandbagger"].startswith("0 of")
    assert told["cheater"] == "0 of 3 solved, 3 cheated"
    assert told["hog"] == "0 of 1 solved"
    assert told["exchanges_held"] == told["exchanges_opened"], "the house holds the head of all that was sealed"
    assert told["exchanges_opened"] > 8 * 3, "what they said was sealed, and opened by the evaluator before the end"
