"""The database roles: an owner for migrations only, and one per kind of process; none bypasses row-level security."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class DbRole(StrEnum):
    """A role that a process connects as.

    Members' pages (`WEB`) and the clearinghouse's jobs (`WORKER`) know unpublished flaws; operators' pages (`OPERATOR`)
    and jobs (`MATCHER`) know who is exposed. Neither pair has any privilege on the other's tables.
    """

    OWNER = "levee_owner"
    WEB = "levee_web"
    WORKER = "levee_worker"
    OPERATOR = "levee_operator"
    MATCHER = "levee_matcher"
    LEDGER = "levee_ledger"
    PUBLIC = "levee_public"


RUN_TIME = tuple(role for role in DbRole if role is not DbRole.OWNER)
PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where and as whom to connect.

    Attributes:
        host: a name, an address or a socket folder.
        further: what else libpq is told, such as `sslmode`.
    """

    host: str
    port: int
    database: str
    user: str
    password: str
    further: Mapping[str, str] = field(default_factory=dict)

    def conninfo(self) -> str:
        """The libpq connection string, correctly quoted."""
        return psycopg.conninfo.make_conninfo(
            **self.further,
            host=self.host,
            port=self.port,
            dbname=self.database,
            user=self.user,
            password=self.password,
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
    """Create the given roles, or give those that exist these passwords; the connection is autocommit.

    Raises:
        psycopg.errors.InsufficientPrivilege: the connection's role has no CREATEROLE, or no say over a role.
    """
    for name, password in passwords.items():
        role, secret = sql.Identifier(name), sql.Literal(password)
        if exists(connection, name):
            connection.execute(sql.SQL("alter role {} password {}").format(role, secret))
        else:
            connection.execute(
                sql.SQL("create role {} login nosuperuser nobypassrls nocreatedb nocreaterole password {}").format(
                    role, secret
                )
            )


def exists(connection: psycopg.Connection, role: str) -> bool:
    """Whether the server knows a role."""
    return connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone() is not None


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
    for role in RUN_TIME:
        if role is DbRole.PUBLIC:
            continue
        connection.execute(sql.SQL("grant usage on schema public to {}").format(sql.Identifier(role)))
    connection.execute("create schema if not exists published")
    for role in (DbRole.WORKER, DbRole.MATCHER, DbRole.PUBLIC):
        connection.execute(sql.SQL("grant usage on schema published to {}").format(sql.Identifier(role)))
