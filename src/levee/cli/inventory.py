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
from levee.cli.intakes import followed
from levee.cli.progress import shown
from levee.exposure.actions.wording import names
from levee.inventory.reading import corrections, read
from levee.inventory.types import Long
from levee.kernel.counting import counted
from levee.kernel.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Look at inventories, import them, list them.")

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
File = Annotated[Path, typer.Argument(help="an SBOM, a spreadsheet, a package list, a scanner's export, ...")]
FileKind = Annotated[str, typer.Option(help="the file kind, where it is not recognised: such as csv, dpkg, nessus")]
AssetName = Annotated[str, typer.Option(help="the machine that a list is from; else the file's name")]
SystemName = Annotated[str, typer.Option(help='the system that a list is from, such as "Debian 12"')]
Intake = Annotated[str, typer.Argument(help="ITK-…: a large file on its way in")]
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
    with shown(f"importing {file.name}") as tell:
        answer = call(
            "POST", "/inventory/imports", body=bytes_of(file), filename=file.name, name=name or file.stem, **told
        )
        if "state" in answer:  # a large file, which a job takes in
            answer = followed(answer, tell)
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
    diff, counts = answer["diff"], answer["diff"]["counts"]
    if answer["findings"]:
        findings = counted(answer["findings"], "finding")
        told = f"{findings}: {diff['found']} new, {diff['no_longer_found']} no longer found"
        console.print(told, markup=False)
    console.print(
        f"{counts['added']} added, {counts['removed']} removed, {counts['changed']} changed, "
        f"{diff['unchanged']} unchanged"
    )
    _listed(console, "Not understood", answer["not_understood"], count=answer["unread"])


@app.command()
def intakes(as_json: AsJson = False) -> None:
    """List large files on their way in, and those that failed or wait for a word."""
    answer = call("GET", "/inventory/intakes")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("file on its way", "inventory", "file", "sent", "state", "how far", "why")
    for each in answer:
        far = f"{each['progress']:,} of {each['expected']:,}" if each["expected"] else ""
        why = each["fault"]["message"] if each["fault"] else ""
        table.add_row(each["public_id"], each["name"], each["filename"], each["at"][:16], each["state"], far, why)
    Console().print(table)


@app.command()
def intake(intake: Intake, as_json: AsJson = False) -> None:
    """Show how far a large file is, or why it failed."""
    answer = call("GET", f"/inventory/intakes/{intake}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    far = f", {answer['progress']:,} of {answer['expected']:,}" if answer["expected"] else ""
    console.print(
        f"{answer['filename']} for {answer['name']}: {answer['state']}{far} {answer['import_id']}", markup=False
    )
    if fault := answer["fault"]:
        console.print(f"{fault['place']}: {fault['message']}. {fault['advice']}", markup=False)


@app.command()
def again(intake: Intake, as_json: AsJson = False) -> None:
    """Take a large file up again that failed, or that was only looked at, and import it."""
    with shown("importing it") as tell:
        answer = followed(call("POST", f"/inventory/intakes/{intake}/again"), tell)
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    _told(answer)


@app.command()
def drop(intake: Intake) -> None:
    """Forget a large file that failed or was only looked at; what is kept of it is destroyed."""
    call("DELETE", f"/inventory/intakes/{intake}")


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
def changes(
    *,
    done: Annotated[str, typer.Argument(help="IMP-…")],
    which: Annotated[Long, typer.Argument(help="which of its lists")],
    offset: Annotated[int, typer.Option(help="from this line on")] = 0,
    limit: Annotated[int, typer.Option(help="at most so many lines, a thousand or fewer")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show a part of one of an import's lists, which may be long."""
    answer = call("GET", f"/inventory/imports/{done}/changes", which=which.value, offset=str(offset), limit=str(limit))
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    for line in answer:
        typer.echo(line if isinstance(line, str) else "  ".join(line.values()))


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


def _listed(console: Console, heading: str, entries: list[dict[str, Any]], *, count: int = 0) -> None:
    """Places and reasons; the first twenty, and how many more there are."""
    if not entries:
        return
    count = count or len(entries)
    console.print(f"{heading}: {count}")
    for each in entries[:SHOWN]:
        console.print(f"  {each['place']}: {each['stated']}  {each['reason']}", markup=False)
    if count > SHOWN:
        console.print(f"  and {count - SHOWN} more: use --json")
