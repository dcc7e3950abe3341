from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.ages import tell_ages_of
from levee.cli.client import call
from levee.cli.inventory import AsJson, bytes_of
from levee.kernel.counting import counted
from levee.kernel.errors import BadInput

app = typer.Typer(
    no_args_is_help=True, help="Statements that flaws do no harm (VEX): rely on them, see what they excuse."
)
Vex = Annotated[str, typer.Argument(help="VEX-…")]
Done = Annotated[str, typer.Argument(help="IMP-…")]


@app.command()
def add(
    file: Annotated[Path | None, typer.Argument(help="OpenVEX, CSAF or CycloneDX; - for standard input")] = None,
    *,
    inventory: Annotated[str, typer.Option(help="INV-…: it counts in this one alone")] = "",
    imported: Annotated[str, typer.Option(help="IMP-…: rely on what this import says of its own parts")] = "",
    as_json: AsJson = False,
) -> None:
    """Rely on a document: what it excuses is put aside within a minute, with the reason."""
    if (file is None) == (not imported):
        raise BadInput(
            "give a file, or an import", place="FILE", advice="levee exposure vex add FILE, or --imported IMP-…"
        )
    if file is None:
        answer = call("POST", f"/inventory/imports/{imported}/vex")
    else:
        answer = call("POST", "/vex", body=bytes_of(file), filename=file.name, inventory=inventory)
    _tell(answer, as_json=as_json)


@app.command("list")
def listed(
    everything: Annotated[bool, typer.Option("--all", help="withdrawn ones too")] = False, as_json: AsJson = False
) -> None:
    """List the documents that are relied on, the newest first."""
    answer = call("GET", "/vex", withdrawn=str(everything).lower())
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("document", "who says so", "name", "counting", "puts aside", "since")
    for each in answer:
        since = f"withdrawn {each['withdrawn_at'][:10]}" if each["withdrawn_at"] else each["added_at"][:10]
        counting = f"{each['counting']} of {each['statements']}"
        table.add_row(each["public_id"], each["author"], each["name"], counting, str(each["matches"]), since)
    Console().print(table)


@app.command()
def show(vex: Vex, as_json: AsJson = False) -> None:
    """Show a document with its statements, those first that put something aside."""
    _tell(call("GET", f"/vex/{vex}"), as_json=as_json)


@app.command()
def aside(as_json: AsJson = False) -> None:
    """Show what statements put aside now, with who says so and why."""
    answer = call("GET", "/vex/aside")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("where", "component", "vulnerability", "why", "statement")
    for each in answer["matches"]:
        told = each["excuse"]
        table.add_row(
            each["asset_name"],
            each["explanation"]["stated"],
            each["vulnerability"],
            told["words"],
            told["statement_id"] or "a feed's",
        )
    Console().print(table)
    tell_ages_of(answer)


@app.command()
def offered(imported: Done, as_json: AsJson = False) -> None:
    """Show whether an imported CycloneDX file says of its own parts that flaws do no harm."""
    answer = call("GET", f"/inventory/imports/{imported}/vex")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    words = answer["problem"] or f"{answer['author'] or 'nobody'} excuses {answer['excusing']} of its flaws"
    typer.echo(f"{words}{', and you rely on it' if answer['relied_on'] else ''}")


@app.command()
def withdraw(
    vex: Vex,
    *,
    statement: Annotated[str, typer.Option(help="VXS-…: only this statement of it")] = "",
    note: Annotated[str, typer.Option(help="why, for the record")] = "",
    as_json: AsJson = False,
) -> None:
    """Rely on a document no more: what only it put aside is raised again."""
    body = {"note": note, "statement": statement}
    _tell(call("POST", f"/vex/{vex}/withdraw", json=body), as_json=as_json)


def _tell(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console, told = Console(), answer["vex"]
    console.print(f"{told['public_id']}: {told['author']}, {told['format']} {told['name']}", markup=False)
    aside = counted(told["matches"], "match", "matches")
    console.print(f"{told['counting']} of {counted(told['statements'], 'statement')} count; {aside} put aside")
    table = Table("statement", "vulnerability", "product", "says", "puts aside")
    for each in answer["statements"]:
        says = each["status"].replace("_", " ") + (", withdrawn" if each["withdrawn_at"] else "")
        table.add_row(each["public_id"], each["vulnerabilities"][0], each["product"], says, str(each["matches"]))
    console.print(table)
    for each in answer["not_understood"]:
        console.print(f"  {each['place']}: {each['reason']}", markup=False)
