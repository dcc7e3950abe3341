from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call, fetch
from levee.kernel.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Fixes of a case, and how far each is verified.")

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
Fix = Annotated[str, typer.Argument(help="FIX-…")]
Case = Annotated[str, typer.Argument(help="CAS-…")]


@app.command("list")
def listed(case: Case, as_json: AsJson = False) -> None:
    """List the fixes of a case in the order in which they came."""
    answer = call("GET", f"/cases/{case}/fixes")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("fix", "what", "state", "level", "proofs silent", "because")
    for each in answer:
        what = f"upgrade to {each['upgrade']}" if each["upgrade"] else "patch"
        level = str(each["level"]) if each["level"] >= 0 else "-"
        silent = f"{each['proofs_silent']} of {each['proofs_tried']}"
        table.add_row(each["public_id"], what, each["state"], level, silent, each["detail"])
    Console().print(table)


@app.command()
def attach(
    case: Case,
    author: Annotated[str, typer.Option(help="who wrote it")],
    patch: Annotated[Path | None, typer.Option(help="a unified diff")] = None,
    upgrade: Annotated[str, typer.Option(help="a release, such as 4.2.15")] = "",
    note: Annotated[str, typer.Option(help="what it does")] = "",
) -> None:
    """Attach a patch or an upgrade; it is checked in the sandbox."""
    try:
        text = patch.read_text() if patch else ""
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot be read as text: {error}", place=str(patch)) from error
    body = {"patch": text, "upgrade": upgrade, "author": author, "note": note}
    answer = call("POST", f"/cases/{case}/fixes", json=body)
    Console().print(f"attached {answer['public_id']}; it is being checked")


@app.command()
def show(fix: Fix, as_json: AsJson = False) -> None:
    """Show one fix: its level, and why it is no higher."""
    answer = call("GET", f"/fixes/{fix}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("field", "says", show_header=False)
    table.add_row("what", f"upgrade to {answer['upgrade']}" if answer["upgrade"] else "patch")
    table.add_row("by", answer["author"])
    table.add_row("state", answer["state"])
    table.add_row("level", str(answer["level"]) if answer["level"] >= 0 else "none yet")
    table.add_row("proofs", f"{answer['proofs_silent']} of {answer['proofs_tried']} silent")
    table.add_row("tests", f"{answer['tests_after']} pass, {answer['tests_before']} before")
    table.add_row("because", answer["detail"])
    Console().print(table)


@app.command()
def patch(fix: Fix) -> None:
    """Print the diff of a patch, as it was attached."""
    sys.stdout.buffer.write(fetch(f"/fixes/{fix}/patch").content)
