"""A backup loses no row and opens no secret; a restore is whole or absent."""

import datetime as dt
import shutil
import stat
import tarfile
import tempfile
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from levee.kernel.clock import SimulatedClock
from levee.kernel.errors import BadInput, Conflict, NotFound, Unavailable, UnsafeSetup
from levee.kernel.ids import RandomIds
from levee.platform.blobs import FolderBlobs
from levee.platform.database.backup import backup, read_contents, restore
from levee.platform.database.backup_file import add_file, add_manifest, written
from levee.platform.database.backup_keys import backup_keys, restore_keys
from levee.platform.database.roles import DbRole, create_database, create_roles, password_of, prepare_schemas
from levee.platform.database.supervisor import TEST_SETTINGS, start
from support.database import cloned

HOLDER = UUID(int=1)
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
SCHEMA = """
create table secret (id int primary key, party text not null);
alter table secret enable row level security;
alter table secret force row level security;
create policy owner_all on secret to levee_owner using (true) with check (true);
create policy own on secret to levee_web using (party = (select nullif(current_setting('levee.actor', true), '')));
grant select on secret to levee_web;
create table published.notice as select generate_series(1, 7) as id;
grant select on published.notice to levee_public;
"""


@pytest.fixture(scope="module")
def place():
    made = Path(tempfile.mkdtemp(prefix="levee-test-", dir="/var/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def house(place):
    """A running house with 300 protected rows, 7 published ones and two stored objects."""
    folder = place / "house"
    with start(folder, settings=TEST_SETTINGS) as embedded:
        passwords = {role: password_of(embedded.secrets_folder, role) for role in DbRole}
        with psycopg.connect(embedded.superuser_conninfo("postgres"), autocommit=True) as connection:
            create_roles(connection, passwords)
            create_database(connection, "levee", DbRole.OWNER)
        with psycopg.connect(embedded.conninfo(DbRole.OWNER, "levee", passwords[DbRole.OWNER])) as connection:
            prepare_schemas(connection, "levee")
            connection.execute(SCHEMA)
            connection.execute("insert into public.secret select n, 'party' || n % 3 from generate_series(1, 300) n")
        yield embedded, folder


@pytest.fixture(scope="module")
def stored(house):
    _, folder = house
    blobs = FolderBlobs(folder / "blobs", folder / "keys", ids=RandomIds())
    return blobs, blobs.put(b"kept", holder=HOLDER), blobs.put(b"to be shredded", holder=HOLDER)


@pytest.fixture(scope="module")
def kept(place, house, stored):
    embedded, folder = house
    told = []
    contents = backup(
        place / "backup.tar",
        conninfo=embedded.superuser_conninfo("levee"),
        pg_dump=embedded.binary("pg_dump"),
        blobs=folder / "blobs",
        clock=SimulatedClock(NOON),
        progress=lambda *at: told.append(at),
    )
    assert told[-1] == ("objects", 2, 2)
    assert ("tables", 2, 2) in told
    assert contents.objects == 2
    return place / "backup.tar"


@pytest.fixture(scope="module")
def restored(place, kept):
    told = []
    assert restore(kept, place / "new", settings=TEST_SETTINGS, progress=lambda *at: told.append(at)).tables == 2
    assert {stage for stage, _, _ in told} == {"objects", "tables"}
    with start(place / "new", settings=TEST_SETTINGS) as embedded:
        yield embedded, place / "new"


def count(embedded, role, table, *, actor=""):
    password = (embedded.secrets_folder / f"{role}.password").read_text()
    with psycopg.connect(embedded.conninfo(role, "levee", password)) as connection:
        connection.execute("select set_config('levee.actor', %s, true)", [actor])
        return connection.execute(f"select count(*) from {table}").fetchone()[0]


def test_every_row_behind_row_level_security_comes_back(restored):
    embedded, _ = restored
    with psycopg.connect(embedded.superuser_conninfo("levee")) as connection:
        assert connection.execute("select count(*) from secret").fetchone()[0] == 300
    assert count(embedded, DbRole.OWNER, "secret") == 300


def test_row_level_security_itself_comes_back(restored):
    embedded, _ = restored
    assert count(embedded, DbRole.WEB, "secret") == 0
    assert count(embedded, DbRole.WEB, "secret", actor="party1") == 100
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        count(embedded, DbRole.PUBLIC, "public.secret")
    assert count(embedded, DbRole.PUBLIC, "published.notice") == 7
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        count(embedded, DbRole.WEB, "published.notice")
    with psycopg.connect(embedded.superuser_conninfo("levee")) as connection:
        flags = "select relrowsecurity, relforcerowsecurity from pg_class where relname = 'secret'"
        assert connection.execute(flags).fetchone() == (True, True)


def test_the_restored_house_has_passwords_of_its_own(restored, house):
    for role in DbRole:
        old, new = ((each[0].secrets_folder / f"{role}.password").read_text() for each in (house, restored))
        assert old != new


def test_a_backup_is_private_and_holds_no_key_and_no_plain_object(kept, house, stored):
    _, folder = house
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    raw = kept.read_bytes()
    assert b"to be shredded" not in raw
    for key in (folder / "keys").rglob("*"):
        if key.is_file() and key.stat().st_size:
            assert key.read_bytes() not in raw


def test_objects_open_with_their_keys_and_never_after_shredding(place, kept, restored, house, stored):
    blobs, lasting, gone = stored
    _, folder = restored
    assert backup_keys(place / "keys.tar", keys=house[1] / "keys") == 5  # current, epoch, two wraps, one holder
    assert restore_keys(place / "keys.tar", keys=folder / "keys") == 5
    assert FolderBlobs(folder / "blobs", folder / "keys", ids=RandomIds()).get(lasting) == b"kept"
    blobs.shred(gone)
    blobs.rotate()
    todays = FolderBlobs(folder / "blobs", house[1] / "keys", ids=RandomIds())
    assert todays.get(lasting) == b"kept"
    with pytest.raises(NotFound):
        todays.get(gone)
    for path in [folder / "keys", *(folder / "keys").rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077


def test_a_role_that_would_miss_rows_may_not_back_up(place, house):
    embedded, folder = house
    password = (embedded.secrets_folder / f"{DbRole.OWNER}.password").read_text()
    with pytest.raises(UnsafeSetup, match="miss rows"):
        backup(
            place / "owner.tar",
            conninfo=embedded.conninfo(DbRole.OWNER, "levee", password),
            pg_dump=embedded.binary("pg_dump"),
            blobs=folder / "blobs",
            clock=SimulatedClock(NOON),
        )
    assert not [path for path in place.iterdir() if "owner.tar" in path.name]


def test_the_password_is_on_no_command_line(place, house, tmp_path):
    embedded, folder = house
    spy = tmp_path / "pg_dump"
    spy.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/seen\nexec {embedded.binary("pg_dump")} "$@"\n')
    spy.chmod(0o755)
    conninfo = embedded.superuser_conninfo("levee")
    backup(place / "spied.tar", conninfo=conninfo, pg_dump=spy, blobs=folder / "none", clock=SimulatedClock(NOON))
    seen = (tmp_path / "seen").read_text()
    assert "levee_super" in seen
    assert (embedded.secrets_folder / "levee_super").read_text() not in seen


def test_nothing_is_restored_over_something(kept, house):
    with pytest.raises(Conflict):
        restore(kept, house[1])
    with pytest.raises(Conflict):
        restore_keys(kept, keys=house[1] / "keys")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.99])
def test_a_file_that_is_cut_off_is_refused_and_leaves_nothing(place, kept, share):
    raw = kept.read_bytes()
    cut = place / "cut.tar"
    cut.write_bytes(raw[: int(len(raw.rstrip(b"\0")) * share)])
    with pytest.raises(BadInput):
        restore(cut, place / "never")
    assert not list(place.glob("never*"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.99])
def test_keys_that_are_cut_off_are_refused_and_leave_nothing(place, house, stored, share):
    backup_keys(place / "whole.tar", keys=house[1] / "keys")
    raw = (place / "whole.tar").read_bytes()
    (place / "cut.tar").write_bytes(raw[: int(len(raw.rstrip(b"\0")) * share)])
    with pytest.raises(BadInput):
        restore_keys(place / "cut.tar", keys=place / "never")
    assert not list(place.glob("never*"))


def test_a_damaged_dump_leaves_nothing(place, kept):
    damaged = place / "damaged.tar"
    raw = bytearray(kept.read_bytes())
    with tarfile.open(kept) as tar:
        at = tar.getmember("database.dump")
    for offset in range(at.offset_data + at.size // 2, at.offset_data + at.size):
        raw[offset] ^= 0x55
    damaged.write_bytes(raw)
    with pytest.raises(Unavailable):
        restore(damaged, place / "never", settings=TEST_SETTINGS)
    assert not list(place.glob("never*"))


@pytest.mark.parametrize("name", ["../outside", "/outside", "keys/../../outside", "keys/a/b/c/d", "keys/.hidden"])
def test_keys_with_a_foreign_entry_are_refused(place, name):
    foreign = place / "foreign.tar"
    with written(foreign) as tar:
        assert add_file(tar, name, place / "backup.tar")
        add_manifest(tar, keys=1)
    with pytest.raises(BadInput):
        restore_keys(foreign, keys=place / "never")
    assert not list(place.glob("never*"))
    assert not (place / "outside").exists()


@pytest.mark.parametrize("name", ["../outside", "/outside", "blobs/aa/../../outside", "blobs/zz/zz", "other"])
def test_a_file_with_a_foreign_entry_is_refused(place, kept, name):
    foreign = place / "foreign.tar"
    with tarfile.open(kept) as old, tarfile.open(foreign, "w") as new:
        for member in old:
            if member.name == "manifest.json":
                new.addfile(tarfile.TarInfo(name))
            new.addfile(member, old.extractfile(member))
    with pytest.raises(BadInput):
        read_contents(foreign)
    with pytest.raises(BadInput):
        restore_keys(foreign, keys=place / "never")
    assert not list(place.glob("never*"))
    assert not (place / "outside").exists()


def test_the_whole_schema_comes_back(place, server, template):
    if server.embedded is None:
        pytest.skip("an outside PostgreSQL is backed up by its own operator's role")
    with cloned(server, template) as name:
        conninfo = server.embedded.superuser_conninfo(name)
        before = catalogue(conninfo)
        backup(
            place / "schema.tar",
            conninfo=conninfo,
            pg_dump=server.embedded.binary("pg_dump"),
            blobs=place / "none",
            clock=SimulatedClock(NOON),
        )
    restore(place / "schema.tar", place / "schema", settings=TEST_SETTINGS)
    with start(place / "schema", settings=TEST_SETTINGS) as embedded:
        assert catalogue(embedded.superuser_conninfo("levee")) == before


def catalogue(conninfo):
    """Every table with its rows, and everything that guards them."""
    with psycopg.connect(conninfo) as connection:
        tables = connection.execute(
            "select relid::regclass::text from pg_stat_user_tables order by schemaname, relname"
        ).fetchall()
        rows = {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for (name,) in tables}
        guards = connection.execute(
            "select oid::regclass::text, relowner::regrole::text, relrowsecurity, relforcerowsecurity, relacl::text"
            " from pg_class where relnamespace::regnamespace::text in ('public', 'published') order by 1"
        ).fetchall()
        policies = connection.execute("select * from pg_policies order by 1, 2, 3").fetchall()
    assert rows
    return rows, guards, policies
