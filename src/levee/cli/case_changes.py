from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call


def changes(
    since: Annotated[str, typer.Option(help="the cursor of the last answer: CHG-…; all changes otherwise")] = "",
    limit: Annotated[int, typer.Option(help="at most so many, up to 500")] = 100,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print the answer as JSON")] = False,
) -> None:
    """List what changed in your cases since a cursor, and the cursor to go on with."""
    found = call("GET", "/cases/changes", since=since, limit=str(limit))
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("case", "what changed")
    for each in found["changes"]:
        table.add_row(each["public_id"], each["says"])
    Console().print(table)
    typer.echo(f"--since {found['cursor']}" if found["cursor"] else "nothing has changed yet")
