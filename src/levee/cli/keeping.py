"""Backup and restore of a whole house: the data in one file, the keys in another, to be kept apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from levee.kernel.clock import SystemClock
from levee.kernel.errors import UnsafeSetup
from levee.settings import settings

Data = Annotated[Path, typer.Argument(help="the file of tables and encrypted objects")]
Keys = Annotated[Path, typer.Argument(help="the file of keys; keep it apart from the other")]


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def tell(stage: str, done: int, of: int) -> None:
            progress.update(task, description=stage, completed=done, total=of)

        yield tell


def backup(data: Data, keys: Keys) -> None:
    """Write a backup of the embedded house into two files; work goes on meanwhile."""
    from levee.platform.database import backup as of_data  # noqa: PLC0415 - loads what only this command needs
    from levee.platform.database.backup_keys import backup_keys  # noqa: PLC0415 - the same
    from levee.platform.database.server import DATABASE, open_server  # noqa: PLC0415 - the same

    chosen = settings()
    server = open_server(chosen)
    try:
        if server.embedded is None:
            raise UnsafeSetup(
                "an outside PostgreSQL is backed up with its own tools",
                advice="use pg_dump as a role with BYPASSRLS; this command then keeps keys and objects only",
            )
        with _bar() as tell:
            contents = of_data.backup(
                data,
                conninfo=server.embedded.superuser_conninfo(DATABASE),
                pg_dump=server.embedded.binary("pg_dump"),
                blobs=chosen.data_folder / "blobs",
                clock=SystemClock(),
                progress=tell,
            )
            count = backup_keys(keys, keys=chosen.data_folder / "keys")
        typer.echo(f"{contents.tables} tables and {contents.objects} objects in {data}, {count} keys in {keys}")
    finally:
        server.close()


def restore(data: Data, keys: Keys) -> None:
    """Make a new house from a backup, in the empty data folder that LEVEE_DATA_FOLDER names."""
    from levee.platform.database import backup as of_data  # noqa: PLC0415 - loads what only this command needs
    from levee.platform.database.backup_keys import restore_keys  # noqa: PLC0415 - the same

    folder = settings().data_folder
    with _bar() as tell:
        contents = of_data.restore(data, folder, progress=tell)
        restore_keys(keys, keys=folder / "keys")
    typer.echo(f"{contents.tables} tables and {contents.objects} objects of {contents.made_at} in {folder}")
