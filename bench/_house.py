"""A house of the benchmark's own, in a folder of its own, on free ports, stopped and removed afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from levee.platform.database.roles import DbRole
from levee.settings import settings

if TYPE_CHECKING:
    from levee.cli.demo.cast import Cast
    from levee.platform.database.server import Server

FINDERS = ("Lab One", "Lab Two", "A researcher")


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Settings that name an empty folder and free ports; the folder is removed in the end."""
    folder = Path(tempfile.mkdtemp(prefix="levee-bench-", dir="/var/tmp"))
    folder.chmod(0o711)
    os.environ |= {
        "LEVEE_DATA_FOLDER": str(folder),
        "LEVEE_PORT": str(_free_port()),
        "LEVEE_PUBLIC_PORT": str(_free_port()),
        "LEVEE_OPERATORS_PORT": str(_free_port()),
        "LEVEE_TICK_SECONDS": "1",
    }
    settings.cache_clear()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def house(operators: Mapping[str, tuple[str, str]] | None = None) -> Iterator[Cast]:
    """Start everything that `levee up` starts, let the usual organisations in, and stop it in the end.

    Args:
        operators: key to name and sector, of those to let in as well.
    """
    with house_and_database(operators) as (cast, _):
        yield cast


@contextmanager
def house_and_database(operators: Mapping[str, tuple[str, str]] | None = None) -> Iterator[tuple[Cast, Server]]:
    """The same, with the database server, for what no person may write."""
    from levee.app import boot
    from levee.app.house import running

    with fresh_folder(), running(lambda _step: None) as started:
        server = boot(DbRole.WEB)
        from levee.cli.demo.cast import assemble

        try:
            yield assemble(started.first_link, FINDERS, operators or {}), server
        finally:
            server.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
