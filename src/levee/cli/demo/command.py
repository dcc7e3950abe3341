from __future__ import annotations

import json
import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from levee.cli.demo.samples import Samples
from levee.cli.demo.telling import Teller
from levee.cli.demo.visitor import Visitor
from levee.kernel.errors import BadInput, TooLarge
from levee.platform.clock import FileClock
from levee.platform.database.roles import DbRole
from levee.platform.database.supervisor import stop_unused
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def demo(
    seed: Annotated[int, typer.Option(help="another flood, other inventories")] = 1,
    once: Annotated[
        bool, typer.Option("--once", help="end afterwards instead of leaving the pages to look at")
    ] = False,
    swap: Annotated[int, typer.Option(min=0, help="turn so many vulnerable targets into their fixed versions")] = 0,
    proof: Annotated[Path | None, typer.Option(help="add a proof of your own, as in samples/proofs")] = None,
    sbom: Annotated[Path | None, typer.Option(help="add an inventory of your own: CycloneDX JSON or CSV")] = None,
) -> None:
    """Run the main job on real input: a flood goes in, fixed and confirmed comes out."""
    began = time.monotonic()
    teller = Teller()
    try:
        visitor = Visitor.read(proof=proof, sbom=sbom)
        samples = Samples.load(seed=seed, swap=swap)
    except (BadInput, TooLarge) as error:
        complaint = Console(stderr=True, soft_wrap=True)
        complaint.print(f"error: {error}", markup=False, style="red")
        complaint.print(error.advice(), markup=False)
        raise typer.Exit(2) from error
    _own_folder()
    from levee.app import boot  # noqa: PLC0415 - reads the settings made above
    from levee.app.house import running  # noqa: PLC0415 - the same

    with running(teller.step) as house:
        database = boot(DbRole.WEB)
        from levee.cli.demo.story import Story  # noqa: PLC0415 - needs Django

        story = Story.begin(house, database, samples, visitor, teller)
        figures = story.tell()
        line = last_line(figures, seconds=time.monotonic() - began)
        teller.table(figures)
        story.visitors()
        if not once:
            teller.links(story.links(), settings().public_site)
            _stay(house)
    typer.echo(line)


def last_line(figures: Mapping[str, int], *, seconds: float) -> str:
    """The figures for machines, with how long it took."""
    return json.dumps({**figures, "seconds": round(seconds)})


def _stay(house: object) -> None:
    try:
        house.wait()  # type: ignore[attr-defined]  # an app.house.House, which this module may not name before set-up
    except KeyboardInterrupt:
        typer.echo("")


def _own_folder() -> None:
    """A house of the demo's own, new each time, on a simulated calendar."""
    root = Path("/var/lib/levee-demo") if os.geteuid() == 0 else Path.home() / ".local" / "share" / "levee-demo"
    folder = Path(os.environ.get("LEVEE_DEMO_FOLDER") or root)
    stop_unused(folder)
    for old in ("postgresql", "data", "run", "blobs", "keys", "outbox", "secrets", "clock"):
        _remove(folder / old)
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    FileClock(folder / "clock").set(START)
    os.environ |= {
        "LEVEE_DATA_FOLDER": str(folder),
        "LEVEE_CLOCK_FILE": str(folder / "clock"),
        "LEVEE_TICK_SECONDS": "1",
        "LEVEE_HOUSE_NAME": "Clearinghouse",
    }
    settings.cache_clear()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()
