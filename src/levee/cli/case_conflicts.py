from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.inventory import AsJson

app = typer.Typer(no_args_is_help=True, help="Conflicts of interest in a case: what is said, and how it is settled.")
Case = Annotated[str, typer.Argument(help="CAS-…")]
Because = Annotated[str, typer.Option("--because", "-b", help="every party reads it")]


@app.command("list")
def listed(case: Case, as_json: AsJson = False) -> None:
    """List what was said, settled ones among them."""
    found = call("GET", f"/cases/{case}/conflicts")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("conflict", "said", "by", "holds", "settled")
    for each in found:
        table.add_row(each["public_id"], each["because"], each["by"], each["whom"] or "—", each["settlement"] or "no")
    Console().print(table)


@app.command()
def say(
    case: Case,
    because: Because,
    person: Annotated[str, typer.Option(help="PER-… of your own organisation, if it owns the case")] = "",
) -> None:
    """Say that somebody has a conflict of interest; whom the owner names decides nothing until it is settled."""
    body = {"because": because, "person": person}
    typer.echo(call("POST", f"/cases/{case}/conflicts", json=body)["public_id"])


@app.command()
def settle(case: Case, conflict: Annotated[str, typer.Argument(help="COI-…")], because: Because) -> None:
    """Settle what was said, as who said it or as a coordinator whom it does not name."""
    call("POST", f"/cases/{case}/conflicts/{conflict}/settle", json={"because": because})
    Console().print("it is settled")
