from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.inventory import AsJson

app = typer.Typer(no_args_is_help=True, help="How the clearinghouse itself works.")
Because = Annotated[str, typer.Option("--because", "-b", help="why; recorded")]


@app.command()
def settings(as_json: AsJson = False) -> None:
    """List what the house has chosen, and the defaults of what it has not."""
    found = call("GET", "/house/settings")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("setting", "value", "what", "since", "because")
    for each in found:
        table.add_row(each["name"], each["value"], each["says"], each["at"] or "—", each["because"] or "the default")
    Console().print(table)


@app.command()
def choose(
    name: Annotated[str, typer.Argument(help="as `levee house settings` names it")],
    value: Annotated[str, typer.Argument(help="what holds from now on")],
    because: Because,
) -> None:
    """Choose how the house works: by an administrator who signed in, with no token."""
    call("POST", f"/house/settings/{name}", json={"value": value, "because": because}, in_person=True)
    Console().print("it holds from now on")
