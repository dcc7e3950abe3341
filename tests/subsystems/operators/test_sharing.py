"""An inventory goes to a clearinghouse only when told to, and exactly as shown: one machine against a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from levee.identity import services as identity
from levee.inventory import selectors as inventories
from levee.policy.actors import OrganisationKind, Role
from levee.policy.token_scopes import TOKEN_SCOPES
from support.browsing import serving
from support.database import root

OFFICE = "asset,name,version,ecosystem,exposed\nteller-pc,lodash,4.17.11,npm,yes\nvault-pc,ini,1.3.5,npm,no\n"
OUTSIDE = ("LEVEE_DATABASE_URL", "LEVEE_DATABASE_OWNER_URL", "LEVEE_TOKEN_FILE")


@pytest.fixture
def levee(tmp_path):
    made = Path(tempfile.mkdtemp(prefix="local-", dir=root()))
    made.chmod(0o711)
    environment = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    own = {"LEVEE_DATA_FOLDER": str(made / "house"), "LEVEE_TOKEN_FILE": str(tmp_path / "token")}

    def run(*words, answers="", fails=False):
        done = subprocess.run(
            [sys.executable, "-m", "levee.cli", "operator", *map(str, words)],
            env=environment | own,
            input=answers,
            capture_output=True,
            text=True,
            check=False,
        )
        assert bool(done.returncode) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    yield run
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.timeout(600)
def test_what_was_shown_is_sent_and_nothing_else_and_only_when_told_to(real_world, levee, tmp_path):
    bank = real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)
    issued = identity.issue_token(bank, name="t", scopes=tuple(TOKEN_SCOPES), lasts=timedelta(days=1))
    (tmp_path / "token").write_text(issued.secret)
    (tmp_path / "office.csv").write_text(OFFICE)
    levee("confirm", tmp_path / "office.csv")
    with serving() as address:
        told = levee("share", "--to", address, answers="n\n")
        assert "2 lines" in told
        assert "nothing was sent" in told
        assert inventories.inventories(bank) == []
        assert "sent; 2 components were taken in as IMP-" in levee("share", "--to", address, answers="y\n")
        (held,) = inventories.inventories(bank)
        assert [each.name for each in inventories.assets(bank, held.id)] == ["machine-0001", "machine-0002"]
        assert sorted(each.name for each in inventories.components(bank, held.id)) == ["ini", "lodash"]
        levee("share", "--to", address, "--names", "--yes")
        assert {each.name for each in inventories.assets(bank, held.id)} >= {"teller-pc", "vault-pc"}
        (tmp_path / "token").write_text("lvt_of-nobody")
        assert "sent;" not in levee("share", "--to", address, "--yes", fails=True)
