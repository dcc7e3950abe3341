from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call

app = typer.Typer(no_args_is_help=True, help="Filters of the list of cases that you keep by a name.")

Key = Annotated[str, typer.Argument(help="FLT-…")]
AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
COLUMNS = ("public_id", "name", "show", "part", "project", "party", "text", "order")


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List your filters; `levee cases list --filter FLT-…` shows what one shows."""
    found = call("GET", "/cases/filters")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table(*COLUMNS)
    for each in found:
        table.add_row(*(str(each[name]) for name in COLUMNS))
    Console().print(table)


@app.command()
def save(
    name: Annotated[str, typer.Argument(help="one line")],
    *,
    show: Annotated[str, typer.Option(help="all, under_embargo, ending, over, public or continued")] = "all",
    part: Annotated[str, typer.Option(help="your part: owner, finder, vendor or observer; any otherwise")] = "",
    project: Annotated[str, typer.Option(help="a part of the project's package URL")] = "",
    party: Annotated[str, typer.Option(help="a part of the name of somebody who takes part")] = "",
    text: Annotated[str, typer.Option(help="words of the title or the summary")] = "",
    order: Annotated[str, typer.Option(help="newest, oldest or ends_first")] = "newest",
) -> None:
    """Keep a filter by a name."""
    body = {
        "name": name,
        "show": show,
        "part": part or None,
        "project": project,
        "party": party,
        "text": text,
        "order": order,
    }
    typer.echo(call("POST", "/cases/filters", json=body)["public_id"])


@app.command()
def rename(filter_key: Key, name: Annotated[str, typer.Argument(help="one line")]) -> None:
    """Give a filter another name."""
    own: list[dict[str, str]] = call("GET", "/cases/filters")
    found = next((each for each in own if each["public_id"] == filter_key), {})
    kept = {name: found[name] or None if name == "part" else found[name] for name in COLUMNS[2:] if name in found}
    call("POST", f"/cases/filters/{filter_key}/change", json={**kept, "name": name})


@app.command()
def delete(filter_key: Key) -> None:
    """Keep a filter no longer."""
    call("DELETE", f"/cases/filters/{filter_key}")
