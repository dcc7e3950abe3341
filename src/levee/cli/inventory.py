from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.exposure.wording import names
from levee.inventory.reading import read
from levee.kernel.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Look at inventories, import them, list them.")

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
File = Annotated[Path, typer.Argument(help="CycloneDX or SPDX as JSON, or CSV")]
SHOWN = 20


@app.command()
def preview(file: File, as_json: AsJson = False) -> None:
    """Say what would be understood of a file, row by row; on this machine alone, nothing is sent."""
    reading = read(bytes_of(file), file.name)
    if as_json:
        components = [
            {**asdict(each), "key": None if each.key is None else each.key.hex()} for each in reading.components
        ]
        typer.echo(json.dumps({**asdict(reading), "components": components}, indent=2))
        return
    console = Console()
    console.print(
        f"{reading.format}: {reading.rows} rows; {len(reading.components)} components on {len(reading.assets)} assets, "
        f"{reading.matchable} of them can be matched"
    )
    if reading.repeated:
        console.print(f"{reading.repeated} rows repeat a component of the same asset")
    if reading.unmatchable:
        console.print(f"Kept, but cannot be matched fully: {len(reading.unmatchable)}")
    for each in reading.reasons:
        console.print(f"  {each.count} because {each.reason}:", markup=False)
        console.print(f"    {names(each.stated)}", markup=False)
    _listed(console, "Not understood", [asdict(each) for each in reading.not_understood])
    _listed(console, "Parts of rows that were not understood", [asdict(each) for each in reading.remarks])


@app.command("import")
def import_file(
    file: File,
    name: Annotated[str, typer.Option(help="of the inventory; the same name again is a diff")] = "",
    as_json: AsJson = False,
) -> None:
    """Make a file the present state of an inventory on the server."""
    answer = call("POST", "/inventory/imports", body=bytes_of(file), filename=file.name, name=name or file.stem)
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    console.print(f"{answer['name']}: {answer['components']} components of {answer['rows']} rows", markup=False)
    diff = answer["diff"]
    console.print(
        f"{len(diff['added'])} added, {len(diff['removed'])} removed, {len(diff['changed'])} changed, "
        f"{diff['unchanged']} unchanged"
    )
    if answer["unmatchable"]:
        console.print(f"{answer['unmatchable']} cannot be matched: levee inventory preview {file}", markup=False)
    _listed(console, "Not understood", answer["not_understood"])


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List your inventories, newest import first."""
    answer = call("GET", "/inventory")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("inventory", "name", "imported", "assets", "components", "not matchable")
    for each in answer:
        counts = (str(each[key]) for key in ("assets", "components", "unmatchable"))
        table.add_row(each["public_id"], each["name"], each["imported_at"], *counts)
    Console().print(table)


def bytes_of(file: Path) -> bytes:
    """A file's bytes.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=str(file)) from error


def _listed(console: Console, heading: str, entries: list[dict[str, Any]]) -> None:
    """Places and reasons; the first twenty, and how many more there are."""
    if not entries:
        return
    console.print(f"{heading}: {len(entries)}")
    for each in entries[:SHOWN]:
        console.print(f"  {each['place']}: {each['stated']}  {each['reason']}", markup=False)
    if len(entries) > SHOWN:
        console.print(f"  and {len(entries) - SHOWN} more: use --json")
