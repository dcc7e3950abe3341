from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import structs
from rich.console import Console
from rich.table import Table

from levee.cli.ages import tell_ages_of
from levee.cli.client import call
from levee.cli.progress import shown
from levee.exposure.actions.wording import names
from levee.inventory.reading import corrections, read
from levee.kernel.counting import counted
from levee.kernel.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Look at inventories, import them, list them.")

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
File = Annotated[Path, typer.Argument(help="an SBOM, a spreadsheet, a package list, a scanner's export, ...")]
FileKind = Annotated[str, typer.Option(help="the file kind, where it is not recognised: such as csv, dpkg, nessus")]
AssetName = Annotated[str, typer.Option(help="the machine that a list is from; else the file's name")]
SystemName = Annotated[str, typer.Option(help='the system that a list is from, such as "Debian 12"')]
Column = Annotated[list[str] | None, typer.Option(help="FIELD=HEADING, where a column was not guessed; repeatable")]
SHOWN = 20


@app.command()
def preview(
    *,
    file: File,
    kind: FileKind = "",
    asset: AssetName = "",
    system: SystemName = "",
    column: Column = None,
    as_json: AsJson = False,
) -> None:
    """Say what would be understood of a file, row by row; on this machine alone, nothing is sent."""
    told = corrections(kind=kind, asset=asset, system=system, columns=column or ())
    with shown(f"reading {file.name}") as tell:
        reading = read(bytes_of(file), file.name, told, tell=tell)
    if as_json:
        components = [
            {**structs.asdict(each), "key": None if each.key is None else each.key.hex()} for each in reading.components
        ]
        typer.echo(json.dumps({**asdict(reading), "components": components}, indent=2, default=str))
        return
    console = Console()
    console.print(
        f"{reading.format}: {counted(reading.rows, 'row')}; {counted(reading.components, 'component')} on "
        f"{counted(reading.assets, 'asset')}, {reading.matchable} of which can be matched fully"
    )
    if reading.system:
        console.print(f"Taken to be from {reading.system}", markup=False)
    for table in reading.tables:
        title = f" of {table.title}" if table.title else ""
        told_columns = ", ".join(f"{field}={heading}" for field, heading in table.fields)
        console.print(f"Columns{title}: {told_columns} (another? --column name=Heading)", markup=False)
    if reading.findings:
        todo = sum(each.actionable for each in reading.findings)
        console.print(
            f"{counted(reading.findings, 'finding')} of {', '.join(reading.scanners) or 'a scanner'}, of which {todo} "
            f"{'is' if todo == 1 else 'are'} neither mere information nor settled"
        )
    if reading.repeated:
        repeat = counted(reading.repeated, "row repeats", "rows repeat")
        console.print(f"{repeat} what another row of the same asset states")
    if reading.unmatchable:
        console.print(f"Kept, but cannot be matched fully: {len(reading.unmatchable)}")
    for each in reading.reasons:
        console.print(f"  {each.count} because {each.reason}:", markup=False)
        console.print(f"    {names(each.stated)}", markup=False)
    _listed(console, "Not understood", [asdict(each) for each in reading.not_understood])
    _listed(console, "Parts of rows that were not understood", [asdict(each) for each in reading.remarks])


@app.command("import")
def import_file(
    *,
    file: File,
    name: Annotated[str, typer.Option(help="of the inventory; the same name again is a diff")] = "",
    kind: FileKind = "",
    asset: AssetName = "",
    system: SystemName = "",
    column: Column = None,
    as_json: AsJson = False,
) -> None:
    """Make a file the present state of an inventory on the server."""
    said = {"kind": kind, "asset": asset, "system": system, "column": column}
    told: dict[str, Any] = {field: word for field, word in said.items() if word}
    with Console(stderr=True).status(f"importing {file.name}"):
        answer = call(
            "POST", "/inventory/imports", body=bytes_of(file), filename=file.name, name=name or file.stem, **told
        )
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    _told(answer)
    if answer["unmatchable"]:
        fully = counted(answer["unmatchable"], "component")
        typer.echo(f"{fully} cannot be matched fully: levee inventory preview {file} says why")


def _told(answer: dict[str, Any]) -> None:
    console = Console()
    components, rows = counted(answer["components"], "component"), counted(answer["rows"], "row")
    console.print(f"{answer['name']}: {components} of {rows}", markup=False)
    diff = answer["diff"]
    if answer["findings"]:
        findings = counted(answer["findings"], "finding")
        told = f"{findings}: {diff['found']} new, {diff['no_longer_found']} no longer found"
        console.print(told, markup=False)
    console.print(
        f"{len(diff['added'])} added, {len(diff['removed'])} removed, {len(diff['changed'])} changed, "
        f"{diff['unchanged']} unchanged"
    )
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


@app.command()
def show(inventory: Annotated[str, typer.Argument(help="INV-…")], as_json: AsJson = False) -> None:
    """Show an inventory: its assets and its imports."""
    found = call("GET", f"/inventory/{inventory}")
    assets = call("GET", f"/inventory/{inventory}/assets")
    imports = call("GET", f"/inventory/{inventory}/imports")
    if as_json:
        typer.echo(json.dumps({**found, "its_assets": assets, "its_imports": imports}, indent=2))
        return
    console = Console()
    table = Table("asset", "name", "type", "owner", "exposed", "says", "may be changed", title=found["name"])
    for each in assets:
        owner = each["owner_name"] or each["owner"]
        says = f"{each['exposure_source']}, {each['exposure_at'][:10]}"
        table.add_row(
            each["public_id"], each["name"], each["type"], owner, each["exposure"], says, each["window"] or "not stated"
        )
    console.print(table)
    done = Table("import", "at", "file", "rows", "components")
    for each in imports:
        done.add_row(each["public_id"], each["at"][:16], each["filename"], str(each["rows"]), str(each["components"]))
    console.print(done)


@app.command()
def findings(
    inventory: Annotated[str, typer.Argument(help="INV-…")],
    *,
    asset: Annotated[str, typer.Option(help="AST-…: no others than this asset's")] = "",
    every: Annotated[bool, typer.Option("--all", help="also mere information, and what is settled")] = False,
    limit: Annotated[int, typer.Option(help="at most so many")] = 100,
    as_json: AsJson = False,
) -> None:
    """List what scanners say about an inventory now, the worst first."""
    answer = call("GET", f"/inventory/{inventory}/findings", asset=asset, all=str(every), limit=str(limit))
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("asset", "severity", "what", "says", "where", "last seen")
    for each in answer:
        severity = each["settled"] or each["severity"] or "not said"
        says = f"{each['source']} {each['rule']}"
        table.add_row(each["asset"]["name"], severity, each["title"], says, each["where"], each["evidence_at"][:10])
    Console().print(table)


@app.command()
def imported(done: Annotated[str, typer.Argument(help="IMP-…")], as_json: AsJson = False) -> None:
    """Show one import: what it changed, and what was not understood."""
    answer = call("GET", f"/inventory/imports/{done}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    _told(answer)


@app.command()
def asset(asset: Annotated[str, typer.Argument(help="AST-…")], as_json: AsJson = False) -> None:
    """Show an asset: what is known of it, what is to be done on it, and why."""
    found = call("GET", f"/inventory/assets/{asset}")
    stands = call("GET", f"/inventory/assets/{asset}/actions")
    if as_json:
        typer.echo(json.dumps({**found, **stands}, indent=2))
        return
    console = Console()
    console.print(f"{found['name']}: exposed {found['exposure']}, says {found['exposure_source']}", markup=False)
    todo = Table("action", "by", "what to do")
    for each in stands["actions"]:
        todo.add_row(each["public_id"], (each["due_at"] or each["timeline"]["band"]["label"])[:19], each["title"])
    console.print(todo)
    why = Table("component", "vulnerability", "because", "ended")
    for each in stands["matches"]:
        told = each["explanation"]
        why.add_row(told["stated"], each["vulnerability"], told["because"], (each["ended_at"] or "")[:10])
    console.print(why)
    tell_ages_of(stands)


@app.command()
def facts(
    *,
    asset: Annotated[str, typer.Argument(help="AST-…")],
    source: Annotated[str, typer.Option(help="who or what says so")],
    exposure: Annotated[str | None, typer.Option(help="yes, no or unknown: reachable from the internet")] = None,
    owner: Annotated[str | None, typer.Option(help="who can change it: us, vendor or manufacturer")] = None,
    owner_name: Annotated[str | None, typer.Option(help="the owner's name")] = None,
    criticality: Annotated[
        str | None, typer.Option(help="how much depends on it: high, medium, low or unknown")
    ] = None,
    environment: Annotated[str | None, typer.Option(help="where it stands")] = None,
    type_: Annotated[str | None, typer.Option("--type", help="it, ot, medical, vendor-service or unknown")] = None,
    window: Annotated[
        str | None, typer.Option(help='when it may be changed: "Sat 22:00-04:00 America/Chicago", "only the maker"')
    ] = None,
) -> None:
    """State facts about an asset; due dates follow."""
    stated = {
        "exposure": exposure,
        "owner": owner,
        "owner_name": owner_name,
        "criticality": criticality,
        "environment": environment,
        "type": type_,
        "window": window,
    }
    body = {"source": source} | {name: value for name, value in stated.items() if value is not None}
    answer = call("POST", f"/inventory/assets/{asset}/facts", json=body)
    Console().print(f"{answer['name']}: exposed {answer['exposure']}, says {answer['exposure_source']}", markup=False)


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
