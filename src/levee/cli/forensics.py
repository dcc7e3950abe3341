from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.ages import tell_ages_of
from levee.cli.client import call, fetch
from levee.cli.inventory import AsJson, bytes_of

app = typer.Typer(no_args_is_help=True, help="Look for a break-in by the clock: scope, evidence, verdict.")
Case = Annotated[str, typer.Argument(help="FRN-…")]
Text = Annotated[str, typer.Option(help="what there was, or why nothing could be kept")]


@app.command("list")
def listed(
    everything: Annotated[bool, typer.Option("--all", help="closed ones too")] = False, as_json: AsJson = False
) -> None:
    """List forensic cases with their clocks, the oldest first."""
    answer = call("GET", "/forensics", closed=str(everything).lower())
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("case", "vulnerability", "where", "next clock", "verdict")
    for each in answer["cases"]:
        waiting = [clock for clock in each["clocks"] if not clock["done_at"]]
        ahead = f"{waiting[0]['step']} by {waiting[0]['due_at'][:16]}" if waiting else ""
        late = " (late)" if each["late"] else ""
        table.add_row(
            each["public_id"], each["vulnerability"], ", ".join(each["assets"]), ahead + late, each["verdict"] or ""
        )
    Console().print(table)
    tell_ages_of(answer)


@app.command()
def show(case: Case, as_json: AsJson = False) -> None:
    """Show one case: its clocks, what was written down, the verdict."""
    _told(call("GET", f"/forensics/{case}"), as_json=as_json)


@app.command()
def write(
    case: Case,
    step: Annotated[str, typer.Option(help="scope, evidence or note")],
    text: Text,
    file: Annotated[Path | None, typer.Option(help="only its SHA-256 is sent; the file stays here")] = None,
    as_json: AsJson = False,
) -> None:
    """Write something down, with the hash of a file that stays on this machine."""
    body = {"step": step, "text": text}
    if file is not None:
        body |= {"filename": file.name, "sha256": hashlib.sha256(bytes_of(file)).hexdigest()}
    _told(call("POST", f"/forensics/{case}/entries", json=body), as_json=as_json)


@app.command()
def keep(
    case: Case, file: Annotated[Path, typer.Argument(help="the evidence")], text: Text, as_json: AsJson = False
) -> None:
    """Hand a file of evidence in; it is kept, encrypted, with its SHA-256."""
    answer = call("POST", f"/forensics/{case}/files", body=bytes_of(file), text=text, filename=file.name)
    _told(answer, as_json=as_json)


@app.command()
def evidence(
    entry: Annotated[str, typer.Argument(help="EVI-…")],
    to: Annotated[Path, typer.Option(help="where to write it")],
) -> None:
    """Fetch a file of evidence."""
    to.write_bytes(fetch(f"/forensics/evidence/{entry}").content)


@app.command()
def verdict(
    case: Case,
    verdict: Annotated[str, typer.Option(help="no signs of a break-in | signs of a break-in | cannot be told")],
    text: Text,
    as_json: AsJson = False,
) -> None:
    """Close a case with its verdict, in your name; nothing else closes it."""
    _told(call("POST", f"/forensics/{case}/verdict", json={"verdict": verdict, "text": text}), as_json=as_json)


def _told(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    console.print(f"{answer['public_id']} {answer['vulnerability']} on {', '.join(answer['assets'])}", markup=False)
    for clock in answer["clocks"]:
        state = f"done {clock['done_at'][:16]}" if clock["done_at"] else f"by {clock['due_at'][:16]}"
        late = ", late" if clock["late"] else ""
        console.print(f"  {clock['hours']:>2} h  {clock['title']}: {state}{late}", markup=False)
    for entry in answer["entries"]:
        digest = f" {entry['filename']} SHA-256 {entry['sha256']}" if entry["sha256"] else ""
        console.print(f"  {entry['at'][:16]} {entry['by']}, {entry['step']}: {entry['text']}{digest}", markup=False)
    if answer["verdict"]:
        said = f"{answer['verdict']}. {answer['verdict_text']}"
        console.print(f"  verdict of {answer['verdict_by']}: {said}", markup=False)
    elif answer["patched_at"]:
        console.print("  patched, and still open: a patch does not say whether somebody was in", markup=False)
