"""The database roles: an owner for migrations only, and one per kind of process; none bypasses row-level security."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class DbRole(StrEnum):
    """A role that a process connects as."""

    OWNER = "levee_owner"
    WEB = "levee_web"
    WORKER = "levee_worker"
    LEDGER = "levee_ledger"
    PUBLIC = "levee_public"


RUN_TIME = (DbRole.WEB, DbRole.WORKER, DbRole.LEDGER, DbRole.PUBLIC)
PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where and as whom to connect; `host` is a name, an address or a socket folder."""

    host: str
    port: int
    database: str
    user: str
    password: str

    def conninfo(self) -> str:
        """The libpq connection string, correctly quoted."""
        return psycopg.conninfo.make_conninfo(
            host=self.host, port=self.port, dbname=self.database, user=self.user, password=self.password
        )


def password_of(secrets_folder: Path, role: str) -> str:
    """Read a role's password, making one of 256 random bits on first use (file mode 0600)."""
    path = secrets_folder / f"{role}.password"
    if not path.exists():
        secrets_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(32))
        try:
            path.hardlink_to(fresh)  # the first of several processes wins, and all read the same
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


def create_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Create or update the given roles with their passwords; needs CREATEROLE and an autocommit connection."""
    for name, password in passwords.items():
        known = connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
        connection.execute(
            sql.SQL(
                "{verb} role {name} login nosuperuser nobypassrls nocreatedb nocreaterole password {password}"
            ).format(
                verb=sql.SQL("alter" if known else "create"),
                name=sql.Identifier(name),
                password=sql.Literal(password),
            )
        )


def create_database(connection: psycopg.Connection, name: str, owner: str) -> None:
    """Create the database if it is absent; the connection is autocommit."""
    if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None:
        connection.execute(
            sql.SQL("create database {} owner {} encoding 'UTF8' template template0").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )


def prepare_schemas(connection: psycopg.Connection, database: str) -> None:
    """Close what PostgreSQL leaves open and make the schema of publications; run by the owner in the new database."""
    connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))
    connection.execute("revoke all on schema public from public")
    for role in RUN_TIME:
        connection.execute(
            sql.SQL("grant connect on database {} to {}").format(sql.Identifier(database), sql.Identifier(role))
        )
    for role in (DbRole.WEB, DbRole.WORKER, DbRole.LEDGER):
        connection.execute(sql.SQL("grant usage on schema public to {}").format(sql.Identifier(role)))
    connection.execute("create schema if not exists published")
    for role in (DbRole.WORKER, DbRole.PUBLIC):
        connection.execute(sql.SQL("grant usage on schema published to {}").format(sql.Identifier(role)))
