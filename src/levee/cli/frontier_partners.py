from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.inventory import AsJson

app = typer.Typer(no_args_is_help=True, help="Whom a model goes to next: both propose, both may object.")
Agreement = Annotated[str, typer.Argument(help="AGR-…")]
Partner = Annotated[str, typer.Argument(help="PTR-…")]
Conflicts = Annotated[str, typer.Option(help="what interests of its own it may have")]


@app.command("list")
def listed(agreement: Agreement, as_json: AsJson = False) -> None:
    """List who was proposed under an agreement."""
    found = call("GET", f"/frontier/agreements/{agreement}/partners")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("", "whom", "chosen by", "interests", "state", "because")
    for each in found:
        state = each["state"].replace("_", " ")
        table.add_row(each["public_id"], each["name"], each["criteria"], each["conflicts"], state, each["because"])
    Console().print(table)


@app.command()
def propose(
    agreement: Agreement,
    name: Annotated[str, typer.Argument(help="whom")],
    criteria: Annotated[str, typer.Option(help="what it was chosen by")],
    conflicts: Conflicts = "",
) -> None:
    """Propose a partner."""
    body = {"name": name, "criteria": criteria, "conflicts": conflicts}
    Console().print(call("POST", f"/frontier/agreements/{agreement}/partners", json=body)["public_id"])


@app.command()
def decide(
    partner: Partner,
    verb: Annotated[str, typer.Argument(help="agree, object or propose")],
    because: Annotated[str, typer.Option("--because", "-b", help="why; the other side reads it")],
) -> None:
    """Agree to a partner, object, or propose one again."""
    call("POST", f"/frontier/partners/{partner}/decision", json={"verb": verb, "because": because})


@app.command()
def conflict(partner: Partner, conflicts: Conflicts) -> None:
    """Flag a conflict of interest."""
    call("POST", f"/frontier/partners/{partner}/conflicts", json={"conflicts": conflicts})
