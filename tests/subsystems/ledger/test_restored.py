"""A house that was lost and restored: the same rows behind row-level security, and a ledger that still proves them."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from levee.findings import services as findings
from levee.kernel.clock import SystemClock
from levee.ledger import selectors
from levee.platform.database.backup import backup, restore
from levee.platform.database.roles import Address, DbRole, password_of
from levee.platform.database.supervisor import TEST_SETTINGS, start
from support.database import point_django_at, root

PROTECTED = "select relname from pg_class where relrowsecurity and relkind = 'r' order by 1"


@pytest.fixture
def place():
    """A folder that the server's account can walk to."""
    folder = Path(tempfile.mkdtemp(dir=root()))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def counts(conninfo):
    with psycopg.connect(conninfo) as connection:
        names = [name for (name,) in connection.execute(PROTECTED).fetchall()]
        return {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for name in names}


def test_a_restored_house_has_the_same_rows_and_a_ledger_that_verifies(
    house, real_world, real_db, server, place, tmp_path
):
    if server.embedded is None:
        pytest.skip("an outside PostgreSQL is backed up by its own operator's role")
    finder = real_world.finder()
    document = {
        "findings": [
            {
                "title": f"Finding {number}",
                "target": "npm:example@1.0.0",
                "provenance": {"tool": "t"},
                "why_no_proof": "none",
                "key": str(number),
            }
            for number in range(12)
        ]
    }
    findings.submit_batch(finder, json.dumps(document).encode())
    house.sequence()
    house.commit_hour()
    conninfo = server.embedded.superuser_conninfo(real_db)
    before = counts(conninfo)
    assert before["findings_finding"] == 12
    assert before["ledger_entry"] >= 12
    backup(
        place / "house.tar",
        conninfo=conninfo,
        pg_dump=server.embedded.binary("pg_dump"),
        blobs=tmp_path / "blobs",
        clock=SystemClock(),
    )
    restore(place / "house.tar", place / "restored", settings=TEST_SETTINGS)
    with start(place / "restored", settings=TEST_SETTINGS) as embedded:
        assert counts(embedded.superuser_conninfo("levee")) == before
        address = Address(
            host=str(embedded.socket_folder),
            port=embedded.port,
            database="levee",
            user=DbRole.LEDGER,
            password=password_of(embedded.secrets_folder, DbRole.LEDGER),
        )
        checked = verified_at(server, real_db, address)
    assert [problem for log in checked for problem in log.problems] == []
    assert before["ledger_internal"] in {log.entries for log in checked}


def verified_at(server, real_db, address):
    """What the verifier says of every log of the restored house."""
    from django.db import connections

    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(
        HOST=address.host, NAME=address.database, USER=address.user, PASSWORD=address.password, OPTIONS={}
    )
    try:
        return list(selectors.verify())
    finally:
        connection.close()
        point_django_at(server, real_db)
