"""The test database: a template per state of the migrations, cloned in a few milliseconds."""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.pq import TransactionStatus

import levee
from levee.platform.database import outside, supervisor
from levee.platform.database.roles import RUN_TIME, DbRole, create_roles, exists, password_of, prepare_schemas
from levee.platform.database.server import Server, open_server
from levee.settings import settings

TESTER = "levee_tester"


def root() -> Path:
    return Path(os.environ["LEVEE_TEST_ROOT"])


@pytest.fixture(scope="session")
def server():
    """The running PostgreSQL of this test run: embedded, or the one that LEVEE_DATABASE_URL names."""
    with _only_one("server"):
        opened = open_server(settings(), extra=supervisor.TEST_SETTINGS)
        if opened.embedded is None:
            _move_in(opened)
        _make_tester(opened)
    yield opened
    opened.close()


def _move_in(server: Server) -> None:
    """Take an outside server's roles for this test run, unless a house lives there."""
    with psycopg.connect(server.owner.conninfo(), autocommit=True) as connection:
        outside.refuse_old(connection.info.server_version)
        if connection.execute("select to_regclass('django_migrations')").fetchone() != (None,):
            pytest.exit(f"the database {server.owner.database} holds a house: give the tests a server of their own", 2)
        create_roles(connection, {role: password_of(server.secrets, role) for role in RUN_TIME})


def _as_owner(server: Server, database: str) -> psycopg.Connection:
    return psycopg.connect(replace(server.owner, database=database).conninfo(), autocommit=True)


def as_creator(server: Server) -> psycopg.Connection:
    """A connection that may create databases and roles."""
    if server.embedded is not None:
        return psycopg.connect(server.embedded.superuser_conninfo("postgres"), autocommit=True)
    return _as_owner(server, server.owner.database)


def _make_tester(server: Server) -> None:
    with as_creator(server) as connection:
        if not exists(connection, TESTER):
            create_roles(connection, {TESTER: "tester"})
            connection.execute(sql.SQL("alter role {} noinherit").format(sql.Identifier(TESTER)))
        for role in (server.owner.user, *RUN_TIME):
            if connection.execute("select pg_has_role(%s, %s, 'member')", [TESTER, role]).fetchone() != (True,):
                connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(role), sql.Identifier(TESTER)))


@pytest.fixture(scope="session")
def template(server, django_db_blocker):
    """The name of a database with the present migrations applied."""
    name = f"levee_t_{_digest_of_migrations()}"
    with _only_one("template"), as_creator(server) as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None:
            _build_template(server, connection, name, django_db_blocker)
    return name


def _build_template(server, connection, name, django_db_blocker):
    from django.db import connection as django_connection

    from levee.app.migrate import migrate

    building = f"{name}_building"
    connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(building)))
    connection.execute(
        sql.SQL("create database {} owner {} encoding 'UTF8' template template0").format(
            sql.Identifier(building), sql.Identifier(server.owner.user)
        )
    )
    with _as_owner(server, building) as owner:
        prepare_schemas(owner, building)
        owner.execute(
            sql.SQL("grant connect on database {} to {}").format(sql.Identifier(building), sql.Identifier(TESTER))
        )
    with django_db_blocker.unblock():
        point_django_at(server, building, user=server.owner.user, password=server.owner.password, role="")
        migrate()
        django_connection.close()
    connection.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(building), sql.Identifier(name)))


def _digest_of_migrations() -> str:
    package = Path(levee.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(
        [*package.glob("*/migrations/*.py"), *package.glob("platform/database/*.py"), package / "app" / "migrate.py"]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def point_django_at(server, database, *, user=TESTER, password="tester", role=DbRole.WEB):
    """Let Django's connection of this process lead to a database, as a role."""
    from django.db import connections

    connection = connections["default"]
    connection.close()
    at = server.run_time
    connection.settings_dict.update(
        ENGINE="django.db.backends.postgresql",
        HOST=at.host,
        PORT=str(at.port),
        NAME=database,
        USER=user,
        PASSWORD=password,
        OPTIONS={**at.further, **({"assume_role": role} if role else {})},
    )


@contextmanager
def cloned(server, template):
    """A fresh copy of the template, dropped afterwards."""
    name = f"levee_c_{os.getpid()}_{os.urandom(4).hex()}"
    with as_creator(server) as connection:
        connection.execute(
            sql.SQL("create database {} template {} owner {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(server.owner.user)
            )
        )
        for role in (*RUN_TIME, TESTER):
            connection.execute(
                sql.SQL("grant connect on database {} to {}").format(sql.Identifier(name), sql.Identifier(role))
            )
        connection.execute(sql.SQL("revoke connect on database {} from public").format(sql.Identifier(name)))
    try:
        yield name
    finally:
        with as_creator(server) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_setup(server, template, django_db_blocker):
    """In place of Django's own: the run-time roles may not create databases."""
    with cloned(server, template) as name:
        point_django_at(server, name)
        yield
        with django_db_blocker.unblock():
            from django.db import connections

            connections["default"].close()


@pytest.fixture
def real_db(server, template, django_db_setup, django_db_blocker):
    """A database of the test's own, where transactions really commit; yields its name."""
    from django.db import connections

    before = dict(connections["default"].settings_dict)
    with cloned(server, template) as name, django_db_blocker.unblock():
        point_django_at(server, name)
        try:
            yield name
        finally:
            connections["default"].close()
            connections["default"].settings_dict.update(before)


@contextmanager
def as_role(role: str):
    """Act as another database role for a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select current_role")
        before = cursor.fetchone()[0]
        cursor.execute(sql.SQL("set role {}").format(sql.Identifier(role)).as_string(None))
        try:
            yield
        finally:
            # A failed transaction takes no statement, and its rollback puts the role back by itself.
            if connection.connection.info.transaction_status != TransactionStatus.INERROR:
                cursor.execute(sql.SQL("set role {}").format(sql.Identifier(before)).as_string(None))


@contextmanager
def by_default(role: str):
    """Let connections of this process, those of threads to come too, act as another database role for a while."""
    from django.db import connections

    options = connections["default"].settings_dict["OPTIONS"]
    before = options.get("assume_role")
    options["assume_role"] = role
    try:
        with as_role(role):
            yield
    finally:
        options["assume_role"] = before


@contextmanager
def _only_one(what: str):
    path = root() / f"{what}.lock"
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
