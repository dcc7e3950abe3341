"""Which PostgreSQL this process talks to: the embedded one, or the one at `LEVEE_DATABASE_URL`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import psycopg

from levee.platform.database import outside, roles, supervisor
from levee.platform.database.roles import Address, DbRole
from levee.platform.files import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from levee.settings import Settings

DATABASE = "levee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running PostgreSQL with Levee's roles in it.

    Attributes:
        run_time: where processes connect; its user and password stand for nobody.
        secrets: folder of the roles' passwords.
        owner: how migrations connect. embedded: the supervised server, or None for an outside one.
    """

    run_time: Address
    secrets: Path
    owner: Address
    embedded: supervisor.Embedded | None

    def address(self, role: DbRole) -> Address:
        """Where and as whom a process of this role connects."""
        if role is DbRole.OWNER:
            return self.owner
        return replace(self.run_time, user=role, password=roles.password_of(self.secrets, role))

    def close(self) -> None:
        """Stop using it; the last user of an embedded server stops it."""
        if self.embedded is not None:
            self.embedded.close()


def open_server(chosen: Settings, *, extra: Mapping[str, str] | None = None) -> Server:
    """Start or find the server; quick when all is there.

    An embedded one has its roles and database afterwards; an outside one is prepared by its owner (`outside.prepare`).

    Args:
        chosen: the settings.
        extra: further settings of an embedded server (the tests switch syncing off).

    Raises:
        UnsafeSetup: the addresses of an outside server cannot be read, or do not belong together.
        Unavailable: the embedded server does not start.
    """
    if chosen.database_url:
        run_time, owner = outside.addresses(chosen)
        return Server(run_time=run_time, owner=owner, secrets=chosen.data_folder / "secrets", embedded=None)
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
    made = secrets / ".roles-made"
    if not made.exists() or made.read_text().split() != list(DbRole):
        passwords: dict[str, str] = {role: roles.password_of(secrets, role) for role in DbRole}
        with psycopg.connect(embedded.superuser_conninfo("postgres"), autocommit=True) as connection:
            roles.create_roles(connection, passwords)
            roles.create_database(connection, DATABASE, DbRole.OWNER)
        with psycopg.connect(owner.conninfo(), autocommit=True) as connection:
            roles.prepare_schemas(connection, DATABASE)
        write_private(made, " ".join(DbRole).encode())
    return Server(run_time=replace(owner, user="", password=""), owner=owner, secrets=secrets, embedded=embedded)
