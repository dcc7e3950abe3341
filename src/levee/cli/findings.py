from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from levee.cli.client import call, fetch
from levee.kernel.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Hand findings in and follow them.")

Finding = Annotated[str, typer.Argument(help="FND-…")]
AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]


@app.command()
def submit(
    file: Annotated[Path, typer.Argument(help="JSON or SARIF 2.1.0; - for standard input")],
    as_json: AsJson = False,
) -> None:
    """Hand in one finding or many; what is refused is named, the rest is kept."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=str(file)) from error
    answer = call("POST", "/findings", body=data)
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    new = sum(not each["repeated"] for each in answer["accepted"])
    console.print(f"{new} taken in, {len(answer['accepted']) - new} known before, {len(answer['refused'])} refused")
    if answer["suppressed"] or answer["not_wrong"]:
        console.print(f"left out: {answer['suppressed']} suppressed, {answer['not_wrong']} that say nothing is wrong")
    for each in answer["refused"]:
        console.print(f"  {each['place'] or '/'}: {each['message']}  {each['advice']}", markup=False)
    if answer["refused"]:
        raise typer.Exit(1)


@app.command()
def original(
    finding: Finding,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="a file; standard output where not given")] = None,
) -> None:
    """Fetch the bytes that a finding came in with."""
    data = fetch(f"/findings/{finding}/original").content
    if out is None:
        sys.stdout.buffer.write(data)
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", place=str(out)) from error


@app.command()
def redact(
    finding: Finding,
    reason: Annotated[str, typer.Option(help="whose data it is, or why there is none to hide")],
    passage: Annotated[
        list[str] | None, typer.Option(help="a passage, exactly as it stands; again for more; none: nothing to hide")
    ] = None,
) -> None:
    """Say what personal data of a finding to hide from all but its finder."""
    answer = call("POST", f"/findings/{finding}/redactions", json={"passages": passage or [], "reason": reason})
    typer.echo(f"{answer['hidden']} places hidden")


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List the findings that you may see, newest first."""
    answer = call("GET", "/findings")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("finding", "target", "title")
    for each in answer:
        table.add_row(each["public_id"], each["target"], each["title"])
    Console().print(table)


@app.command()
def origins(finding: Finding) -> None:
    """Show where a finding came from, as JSON, if another clearinghouse handed it over."""
    typer.echo(json.dumps(call("GET", f"/findings/{finding}/origins"), indent=2))


@app.command()
def show(finding: Finding, as_json: AsJson = False) -> None:
    """Show one finding as you may see it."""
    answer = call("GET", f"/findings/{finding}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    found_by = " ".join(text for text in answer["provenance"].values() if text)
    table = Table("field", "says", show_header=False)
    for field, says in (
        ("title", answer["title"]),
        ("target", answer["target"]),
        ("contrast", answer["contrast"]),
        ("weakness", answer["cwe"]),
        ("found by", found_by),
        ("received", answer["received_at"]),
        ("proof", "kept" if answer["has_proof"] else answer["why_no_proof"] or "none"),
        ("description", answer["description"]),
    ):
        table.add_row(field, Text(says))
    Console().print(table)


@app.command()
def evidence(finding: Finding) -> None:
    """Print the signed evidence of a verdict, byte for byte; key and signature go to standard error."""
    answer = fetch(f"/findings/{finding}/evidence")
    for name in ("Levee-Evidence-Key", "Levee-Evidence-Signature"):
        typer.echo(f"{name}: {answer.headers.get(name, '')}", err=True)
    sys.stdout.buffer.write(answer.content)
