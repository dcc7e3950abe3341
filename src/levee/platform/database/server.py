"""Which PostgreSQL this process talks to: the embedded one, or the one at `LEVEE_DATABASE_URL`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict

from levee.platform.database import roles, supervisor
from levee.platform.database.roles import RUN_TIME, Address, DbRole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from levee.settings import Settings

DATABASE = "levee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running PostgreSQL with Levee's roles in it.

    Attributes:
        host, port, database: where. secrets: folder of the roles' passwords.
        owner: how migrations connect. embedded: the supervised server, or None for an outside one.
    """

    host: str
    port: int
    database: str
    secrets: Path
    owner: Address
    embedded: supervisor.Embedded | None

    def address(self, role: DbRole) -> Address:
        """Where and as whom a process of this role connects."""
        if role is DbRole.OWNER:
            return self.owner
        return Address(
            host=self.host,
            port=self.port,
            database=self.database,
            user=role,
            password=roles.password_of(self.secrets, role),
        )

    def close(self) -> None:
        """Stop using it; the last user of an embedded server stops it."""
        if self.embedded is not None:
            self.embedded.close()


def open_server(chosen: Settings, *, extra: Mapping[str, str] | None = None) -> Server:
    """Start or find the server and see to its roles and database; quick when all is there.

    Args:
        chosen: the settings.
        extra: further settings of an embedded server (the tests switch syncing off).
    """
    if chosen.database_url:
        return _outside(chosen)
    return _embedded(chosen, extra or {})


def _embedded(chosen: Settings, extra: Mapping[str, str]) -> Server:
    embedded = supervisor.start(chosen.data_folder, settings=extra)
    secrets = chosen.data_folder / "secrets"
    owner = Address(
        host=str(embedded.socket_folder),
        port=embedded.port,
        database=DATABASE,
        user=DbRole.OWNER,
        password=roles.password_of(secrets, DbRole.OWNER),
    )
    if not (secrets / ".roles-made").exists():
        passwords: dict[str, str] = {role: roles.password_of(secrets, role) for role in DbRole}
        with psycopg.connect(embedded.superuser_conninfo("postgres"), autocommit=True) as connection:
            roles.create_roles(connection, passwords)
            roles.create_database(connection, DATABASE, DbRole.OWNER)
        _prepare(owner)
        (secrets / ".roles-made").touch(mode=0o600)
    return Server(host=owner.host, port=owner.port, database=DATABASE, secrets=secrets, owner=owner, embedded=embedded)


def _outside(chosen: Settings) -> Server:
    owner = address_from_url(chosen.database_owner_url)
    run_time = address_from_url(chosen.database_url)
    secrets = chosen.data_folder / "secrets"
    passwords: dict[str, str] = {role: roles.password_of(secrets, role) for role in RUN_TIME}
    with psycopg.connect(owner.conninfo(), autocommit=True) as connection:
        roles.create_roles(connection, passwords)
    _prepare(owner)
    return Server(
        host=run_time.host,
        port=run_time.port,
        database=run_time.database,
        secrets=secrets,
        owner=owner,
        embedded=None,
    )


def _prepare(owner: Address) -> None:
    with psycopg.connect(owner.conninfo(), autocommit=True) as connection:
        roles.prepare_schemas(connection, owner.database)


def address_from_url(url: str) -> Address:
    """Read a `postgresql://…` address."""
    parts = conninfo_to_dict(url)
    return Address(
        host=str(parts.get("host", "localhost")),
        port=int(str(parts.get("port") or 5432)),
        database=str(parts.get("dbname", DATABASE)),
        user=str(parts.get("user", "")),
        password=str(parts.get("password", "")),
    )
