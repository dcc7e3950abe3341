from __future__ import annotations

import json
import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from levee.cli.demo.samples import Samples
from levee.cli.demo.telling import Teller
from levee.platform.clock import FileClock
from levee.platform.database.roles import DbRole
from levee.platform.database.supervisor import stop_unused
from levee.settings import settings

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def demo(
    seed: Annotated[int, typer.Option(help="another flood, other inventories")] = 1,
    once: Annotated[
        bool, typer.Option("--once", help="end afterwards instead of leaving the pages to look at")
    ] = False,
    swap: Annotated[int, typer.Option(help="turn so many vulnerable targets into their fixed versions")] = 0,
    proof: Annotated[Path | None, typer.Option(help="add a proof of your own, as in samples/proofs")] = None,
    sbom: Annotated[Path | None, typer.Option(help="add an inventory of your own: CycloneDX JSON or CSV")] = None,
) -> None:
    """Run the main job on real input: a flood goes in, fixed and confirmed comes out."""
    began = time.monotonic()
    teller = Teller()
    samples = Samples.load(seed=seed, swap=swap, proof=proof)
    _own_folder()
    from levee.app import boot  # noqa: PLC0415 - reads the settings made above
    from levee.app.house import running  # noqa: PLC0415 - the same

    with running(teller.step) as house:
        database = boot(DbRole.WEB)
        from levee.cli.demo.story import Story  # noqa: PLC0415 - needs Django

        story = Story.begin(house, database, samples, teller)
        figures = story.tell(sbom=sbom)
        figures["seconds"] = round(time.monotonic() - began)
        teller.table(figures)
        if not once:
            teller.links(story.links(), settings().public_site)
            _stay(house)
    typer.echo(json.dumps(figures))


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
