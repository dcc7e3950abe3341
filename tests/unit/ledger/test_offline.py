"""Anybody checks an export with the command alone: no database, no network, no trust in the house."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from levee.cli.ledger import app
from levee.ledger.core.checkpoints import Checkpoint, VerifierKey, sign_checkpoint
from levee.ledger.core.exports import export, origin_of, seal
from levee.ledger.core.leaves import chain_start
from levee.ledger.core.merkle import root_of

SIGNING = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
KEY = VerifierKey.of("levee.example", SIGNING)


@pytest.fixture
def exported(tmp_path):
    """An export of one entry in a file."""
    entry = seal(0, chain_start("public"), {"verb": "advisory:publish"}, {"verb": b"s" * 16})
    at = datetime(2026, 11, 2, 8, tzinfo=UTC)
    point = Checkpoint(origin=origin_of(KEY, "public"), size=1, root=root_of([entry.leaf]), at=at)
    path = tmp_path / "public.jsonl"
    path.write_bytes(b"".join(export("public", KEY, [entry], [sign_checkpoint(point, KEY.name, SIGNING)])))
    return path


def run(*words: str):
    return CliRunner().invoke(app, list(words))


def test_a_sound_export_is_told_with_its_key_and_ends_well(exported):
    done = run("verify", "--export", str(exported))
    assert done.exit_code == 0
    assert "1 entries" in done.output
    assert str(KEY) in done.output.replace("\n", "")


def test_a_changed_export_names_the_entry_and_ends_badly(exported):
    exported.write_bytes(exported.read_bytes().replace(b"advisory:publish", b"advisory:publisH"))
    done = run("verify", "--export", str(exported), "--key", str(KEY), "--json")
    assert done.exit_code == 1
    (problem,) = json.loads(done.output)["problems"]
    assert (problem["line"], problem["position"]) == (2, 0)


def test_the_readers_own_key_decides(exported):
    stranger = VerifierKey.of("levee.example", Ed25519PrivateKey.from_private_bytes(b"\x08" * 32))
    assert run("verify", "--export", str(exported), "--key", str(KEY)).exit_code == 0
    assert run("verify", "--export", str(exported), "--key", str(stranger)).exit_code == 1


def test_the_offline_core_needs_neither_django_nor_a_database():
    program = (
        "import sys; from levee.ledger.core import verify, merkle, exports, anchors; "
        "print(sorted({'django', 'psycopg'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
