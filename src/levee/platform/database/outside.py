"""An outside PostgreSQL: how it is found, and what it is asked before a house moves in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from levee.kernel.errors import Conflict, Unavailable, UnsafeSetup
from levee.platform.database import roles
from levee.platform.database.roles import RUN_TIME, Address

if TYPE_CHECKING:
    from pathlib import Path

    from levee.settings import Settings

OLDEST: Final = 15
"""Views that keep to their reader's rights (`security_invoker`) came with this version."""
RUN_TIME_URL: Final = "LEVEE_DATABASE_URL"
OWNER_URL: Final = "LEVEE_DATABASE_OWNER_URL"


def addresses(chosen: Settings) -> tuple[Address, Address]:
    """Where the run-time roles connect, and where and as whom the owner does.

    Raises:
        UnsafeSetup: an address cannot be read, or the two do not belong together.
    """
    run_time, owner = _read(chosen.database_url, RUN_TIME_URL), _read(chosen.database_owner_url, OWNER_URL)
    if run_time.database != owner.database:
        raise UnsafeSetup(
            f"the two addresses name two databases, {run_time.database!r} and {owner.database!r}",
            place=RUN_TIME_URL,
            advice=f"let {RUN_TIME_URL} and {OWNER_URL} name one",
        )
    if not owner.user or owner.user in set(RUN_TIME):
        raise UnsafeSetup(
            "the owner needs a role of its own",
            place=OWNER_URL,
            advice="name the role that owns the database, as in postgresql://levee_owner:PASSWORD@HOST/levee",
        )
    return replace(run_time, user="", password=""), owner


def _read(url: str, name: str) -> Address:
    advice = f"write {name} as postgresql://ROLE:PASSWORD@HOST:PORT/DATABASE"
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
        port = int(parts.pop("port", "5432"))
    except (psycopg.Error, ValueError) as error:  # its text may hold the password
        raise UnsafeSetup("this is not the address of a PostgreSQL", place=name, advice=advice) from error
    for needed in ("host", "dbname"):
        if not parts.get(needed):
            raise UnsafeSetup(f"the address names no {needed}", place=name, advice=advice)
    return Address(
        host=parts.pop("host"),
        port=port,
        database=parts.pop("dbname"),
        user=parts.pop("user", ""),
        password=parts.pop("password", ""),
        further=parts,
    )


def prepare(run_time: Address, owner: Address, secrets: Path) -> None:
    """See to the version, the roles and the schemas, as the owner; safe to run again.

    Roles are the server's, not the database's, so one server holds one house: passwords that another house has set are
    never changed.

    Args:
        run_time: where the run-time roles connect.
        owner: where and as whom the owner does.
        secrets: folder of the roles' passwords.

    Raises:
        Unavailable: the server does not answer, or does not let the owner in.
        UnsafeSetup: it is too old, or the owner lacks a right, or a role has too many.
        Conflict: the roles are another house's.
    """
    try:
        connection = psycopg.connect(owner.conninfo(), autocommit=True)
    except psycopg.OperationalError as error:
        raise Unavailable(
            f"the database does not let its owner in: {error}",
            place=OWNER_URL,
            advice="see that the server runs, and that the role, its password and the database exist",
        ) from error
    with connection:
        refuse_old(connection.info.server_version)
        _refuse_unfit(connection, owner)
        _see_to_roles(connection, run_time, secrets)
        roles.prepare_schemas(connection, owner.database)


def refuse_old(version: int) -> None:
    """Refuse a server that is older than Levee needs.

    Args:
        version: as PostgreSQL counts them: 150018 is 15.18.

    Raises:
        UnsafeSetup: it is.
    """
    if version < OLDEST * 10_000:
        raise UnsafeSetup(
            f"this is PostgreSQL {version // 10_000}, and Levee needs {OLDEST} or newer",
            place=OWNER_URL,
            advice="upgrade the server, or unset both addresses to use the embedded one",
        )


def _refuse_unfit(connection: psycopg.Connection, owner: Address) -> None:
    row = connection.execute(
        "select encoding = pg_char_to_encoding('UTF8'), pg_has_role(datdba, 'usage') from pg_database"
        " where datname = current_database()"
    ).fetchone()
    unicode, owned = row or (False, False)
    if not unicode:
        raise UnsafeSetup(
            f"the database {owner.database!r} is not encoded as UTF-8",
            place=OWNER_URL,
            advice="make one with: create database NAME owner ROLE encoding 'UTF8' template template0",
        )
    if not owned:
        raise UnsafeSetup(
            f"the role {owner.user!r} does not own the database {owner.database!r}",
            place=OWNER_URL,
            advice=f'as a superuser: alter database "{owner.database}" owner to "{owner.user}"',
        )


def _see_to_roles(connection: psycopg.Connection, run_time: Address, secrets: Path) -> None:
    for role in RUN_TIME:
        password = roles.password_of(secrets, role)
        if not roles.exists(connection, role):
            _create(connection, role, password)
        _refuse_mighty(connection, role)
        try:
            psycopg.connect(replace(run_time, user=role, password=password).conninfo()).close()
        except psycopg.OperationalError as error:
            raise Conflict(
                f"the role {role} cannot sign in with this house's password: {error}",
                place=RUN_TIME_URL,
                advice="Another house has its roles on this server: give each house a server of its own. If this house"
                f" lost its secrets, give the role the password in {secrets / role}.password.",
            ) from error


def _create(connection: psycopg.Connection, role: str, password: str) -> None:
    try:
        roles.create_roles(connection, {role: password})
    except psycopg.errors.InsufficientPrivilege as error:
        raise UnsafeSetup(
            f"the owner may not create the role {role}",
            place=OWNER_URL,
            advice=f'as a superuser: alter role "{connection.info.user}" createrole',
        ) from error


def _refuse_mighty(connection: psycopg.Connection, role: str) -> None:
    row = connection.execute(
        "select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = %s", [role]
    ).fetchone()
    if row is None or row[0]:
        raise UnsafeSetup(
            f"row-level security would not bind the role {role}",
            place=RUN_TIME_URL,
            advice=f"as a superuser: alter role {role} nosuperuser nobypassrls nocreaterole",
        )
