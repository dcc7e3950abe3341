"""An outside server: asked before a house moves in, left as it is when it does not fit, and one house to a server."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from levee.kernel.errors import Conflict, Unavailable, UnsafeSetup
from levee.platform.database import config, outside
from levee.platform.database.roles import RUN_TIME, DbRole, password_of
from levee.platform.database.server import open_server
from levee.platform.database.supervisor import TEST_SETTINGS, Embedded, start
from levee.settings import Settings
from support.database import root

OWNER = "somebody"


@dataclass
class Outside:
    """A server that somebody else runs."""

    running: Embedded
    data: Path

    def superuser(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.running.superuser_conninfo(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def house(self, name: str = "one", *, owner: str = OWNER, database: str = "levee") -> Settings:
        """The settings of a house with a data folder of its own."""
        place = f"/{database}?host={quote(str(self.running.socket_folder))}"
        return Settings(
            data_folder=self.data / name,
            database_url=f"postgresql://{place}",
            database_owner_url=f"postgresql://{owner}:secret@{place}",
        )

    def move_in(self, house: Settings) -> None:
        server = open_server(house)
        outside.prepare(server.run_time, server.owner, server.secrets)

    def signs_in(self, house: Settings, role: DbRole) -> bool:
        psycopg.connect(open_server(house).address(role).conninfo()).close()
        return True


@pytest.fixture(scope="module")
def running():
    folder = Path(tempfile.mkdtemp(dir=root()))
    folder.chmod(0o711)
    with start(folder / "theirs", settings=TEST_SETTINGS) as embedded:
        yield embedded
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def theirs(running, tmp_path):
    server = Outside(running, tmp_path)
    server.superuser(f"create role {OWNER} login createrole password 'secret'", f"create database levee owner {OWNER}")
    yield server
    server.superuser(
        "drop database levee with (force)",
        "drop database if exists latin",
        *(f"drop role if exists {role}" for role in (*RUN_TIME, OWNER)),
    )


def test_an_owner_without_further_rights_makes_the_roles_and_no_process_needs_it_afterwards(theirs):
    house = theirs.house()
    theirs.move_in(house)
    theirs.move_in(house)
    theirs.superuser(f"alter role {OWNER} nologin")
    assert all(theirs.signs_in(house, role) for role in RUN_TIME)


def test_a_second_house_is_refused_and_the_first_keeps_its_passwords(theirs):
    first, second = theirs.house("one"), theirs.house("two")
    theirs.move_in(first)
    with pytest.raises(Conflict, match="levee_web") as refused:
        theirs.move_in(second)
    assert "a server of its own" in refused.value.advice()
    assert theirs.signs_in(first, DbRole.WEB)


def test_a_house_that_lost_its_secrets_is_told_where_the_new_password_lies(theirs):
    theirs.move_in(theirs.house("lost"))
    house = theirs.house("found")
    for role in RUN_TIME:
        with pytest.raises(Conflict) as refused:
            theirs.move_in(house)
        assert f"{house.data_folder}/secrets/{role}.password" in refused.value.advice()
        theirs.superuser(f"alter role {role} password '{password_of(house.data_folder / 'secrets', role)}'")
    theirs.move_in(house)


def test_each_missing_right_is_named_with_the_statement_that_gives_it(theirs):
    theirs.superuser(f"alter role {OWNER} nocreaterole")
    with pytest.raises(UnsafeSetup, match="may not create the role levee_web") as refused:
        theirs.move_in(theirs.house())
    assert f'alter role "{OWNER}" createrole' in refused.value.advice()
    theirs.superuser("alter database levee owner to levee_super")
    with pytest.raises(UnsafeSetup, match="does not own the database 'levee'") as refused:
        theirs.move_in(theirs.house())
    assert f'owner to "{OWNER}"' in refused.value.advice()


def test_a_database_of_another_encoding_is_refused(theirs):
    theirs.superuser(
        f"create database latin owner {OWNER} encoding 'SQL_ASCII' locale_provider libc locale 'C' template template0"
    )
    with pytest.raises(UnsafeSetup, match="not encoded as UTF-8"):
        theirs.move_in(theirs.house(database="latin"))


def test_a_role_that_row_level_security_does_not_bind_is_refused(theirs):
    theirs.superuser("create role levee_worker login bypassrls")
    with pytest.raises(UnsafeSetup, match="would not bind the role levee_worker"):
        theirs.move_in(theirs.house())


def test_an_owner_that_is_not_let_in_is_said_without_its_password(theirs):
    with pytest.raises(Unavailable, match="LEVEE_DATABASE_OWNER_URL") as refused:
        theirs.move_in(theirs.house(owner="nobody"))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("version", "refused"), [(90624, True), (140018, True), (150000, False), (180004, False)])
def test_a_server_older_than_15_is_refused(version, refused):
    if refused:
        with pytest.raises(UnsafeSetup, match="needs 15 or newer"):
            outside.refuse_old(version)
    else:
        outside.refuse_old(version)


@pytest.mark.parametrize(
    ("run_time", "owner", "said"),
    [
        ("postgresql://h/levee", "postgresql://o:secret@h/other", "LEVEE_DATABASE_URL: .*two databases"),
        ("postgresql://h/levee", "postgresql://h/levee", "LEVEE_DATABASE_OWNER_URL: .*a role of its own"),
        ("postgresql://h/levee", "postgresql://levee_web:secret@h/levee", "LEVEE_DATABASE_OWNER_URL: .*of its own"),
        ("mysql://h/levee", "postgresql://o:secret@h/levee", "LEVEE_DATABASE_URL: this is not the address"),
        ("postgresql://h/levee", "postgresql://o:secret@h:port/levee", "LEVEE_DATABASE_OWNER_URL: this is not"),
        ("postgresql://h", "postgresql://o:secret@h/levee", "LEVEE_DATABASE_URL: the address names no dbname"),
        ("postgresql:///levee", "postgresql://o:secret@h/levee", "LEVEE_DATABASE_URL: the address names no host"),
    ],
)
def test_addresses_that_cannot_be_used_are_named_without_the_password(run_time, owner, said, tmp_path):
    with pytest.raises(UnsafeSetup, match=said) as refused:
        open_server(Settings(data_folder=tmp_path, database_url=run_time, database_owner_url=owner))
    assert "secret" not in f"{refused.value} {refused.value.advice()}"


def test_what_an_address_says_about_encryption_holds_for_every_role(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "_chosen", {})
    place = "h.example:6432/levee?sslmode=verify-full&sslrootcert=/etc/root.crt"
    chosen = Settings(
        data_folder=tmp_path, database_url=f"postgresql://{place}", database_owner_url=f"postgresql://o:p@{place}"
    )
    server = open_server(chosen)
    for role in DbRole:
        address = server.address(role)
        assert "sslmode=verify-full sslrootcert=/etc/root.crt" in address.conninfo()
        config.choose(address, pool=3)
        assert config.entry()["OPTIONS"]["sslmode"] == "verify-full"
        assert config.entry()["PORT"] == "6432"
