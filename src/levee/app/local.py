"""The local operator: a house in a folder of its own whose only organisation is whoever sits at this machine.

No server has to run and nobody signs in: who may read the folder may act. Each command opens the house as the role
that its work needs; what needs another role is a command of its own, run in a process of its own.
"""

from __future__ import annotations

import json
import os
import socket
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import levee
from levee.app.boot import boot
from levee.app.house import command
from levee.kernel.errors import UnsafeSetup
from levee.kernel.hashing import sha256
from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES
from levee.platform.database.roles import DbRole
from levee.platform.database.server import open_server
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from levee.platform.database.server import Server
    from levee.policy.actors import Actor

KEPT = "operator.json"
PAGES, JOBS = OPERATOR_PAGES, OPERATOR_JOBS


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What stands in the folder about the house.

    Attributes:
        operator: the person who acts. keeper: who chooses feeds. tables: the state of the database's tables.
    """

    operator: UUID
    keeper: UUID
    tables: str


def settle() -> Path:
    """Choose the operator's own folder, unless `LEVEE_DATA_FOLDER` names one; before the settings are read."""
    if "LEVEE_DATA_FOLDER" not in os.environ:
        place = Path("/var/lib/levee-operator")
        if os.geteuid() != 0:
            place = Path.home() / ".local" / "share" / "levee-operator"
        os.environ["LEVEE_DATA_FOLDER"] = str(place)
        settings.cache_clear()
    return settings().data_folder


def found(*, name: str, sector: str = "") -> Kept:
    """Bring the tables up to date as the owner, and found the house where there is none.

    Raises:
        UnsafeSetup: the folder holds a house that is not a local operator's.
    """
    server = boot(DbRole.OWNER)
    try:
        from levee.app.migrate import migrate  # noqa: PLC0415 - needs Django
        from levee.identity.founding import found_local  # noqa: PLC0415 - the same

        migrate()
        people = found_local(name=name, sector=sector) or kept()
        if people is None:
            raise UnsafeSetup(
                "this folder holds a clearinghouse",
                place=str(settings().data_folder),
                advice="set LEVEE_DATA_FOLDER to a folder for the operator alone",
            )
        now = Kept(operator=people.operator, keeper=people.keeper, tables=tables())
        _keep(now)
        return now
    finally:
        server.close()


@contextmanager
def at_home(tell: Callable[[str], None]) -> Iterator[Actor]:
    """Open the house as its operator, founding it on first use.

    Args:
        tell: hears one line per step that takes a while.
    """
    with _open(tell) as house:
        server = boot(PAGES)
        try:
            yield _actor(house.operator)
        finally:
            server.close()


@contextmanager
def working(tell: Callable[[str], None]) -> Iterator[tuple[Actor, Actor]]:
    """Open the house as its jobs, founding it on first use; yields its operator, and who chooses its feeds."""
    with _open(tell) as house:
        server = boot(JOBS)
        try:
            from levee.exposure.tasks import follow_newer_tables  # noqa: PLC0415 - needs Django

            follow_newer_tables()
            yield _actor(house.operator), _actor(house.keeper)
        finally:
            server.close()


def _actor(person: UUID) -> Actor:
    from levee.access.selectors import actor_of  # noqa: PLC0415 - needs Django

    actor = actor_of(person)
    if actor is None:
        raise UnsafeSetup("whoever stands in this file is not in the database", place=KEPT)
    return actor


@contextmanager
def _open(tell: Callable[[str], None]) -> Iterator[Kept]:
    settle()
    server: Server = open_server(settings())  # kept running from the founding to the work
    try:
        house = kept()
        if house is None or house.tables != tables():
            tell("setting up this machine" if house is None else "bringing the tables up to date")
            command("operator", "init", "--name", socket.gethostname())
            house = kept()
        if house is None:
            raise UnsafeSetup("the house was not founded", place=str(settings().data_folder))
        yield house
    finally:
        server.close()


def kept() -> Kept | None:
    """What stands in the folder; None before the first use.

    Raises:
        UnsafeSetup: the file cannot be read.
    """
    path = settings().data_folder / KEPT
    try:
        told = json.loads(path.read_text())
        return Kept(operator=UUID(told["operator"]), keeper=UUID(told["keeper"]), tables=told["tables"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnsafeSetup(f"cannot be read: {error}", place=str(path)) from error


def _keep(house: Kept) -> None:
    path = settings().data_folder / KEPT
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({name: str(value) for name, value in asdict(house).items()}, file)
    fresh.replace(path)


def tables() -> str:
    """Names the state of the tables that this program expects: the same while no migration is added."""
    package = Path(levee.__file__).parent
    names = sorted(str(path.relative_to(package)) for path in package.glob("*/migrations/0*.py"))
    return sha256("\n".join(names).encode()).hex()[:16]
