from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call

app = typer.Typer(no_args_is_help=True, help="Projects: who makes and ships what, and how they take reports.")
AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
Because = Annotated[str, typer.Option("--because", "-b", help="where it can be seen")]


@app.command()
def upkeep(as_json: AsJson = False) -> None:
    """List what your organisation makes and ships; for the clearinghouse, what any does."""
    answer = call("GET", "/projects/upkeep")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("statement", "component", "keeps", "organisation", "confirmed", "because")
    for each in answer:
        confirmed = "yes" if each["confirmed"] else "no"
        named = (each["component"], each["keeps"], each["organisation"])
        table.add_row(each["public_id"], *named, confirmed, each["because"])
    Console().print(table)


@app.command()
def state(
    component: Annotated[str, typer.Argument(help="a package URL such as pkg:npm/minimist")],
    keeps: Annotated[str, typer.Argument(help="makes, ships or runs")],
    because: Because,
    organisation: Annotated[str, typer.Option(help="ORG-…; as a coordinator, of another organisation")] = "",
) -> None:
    """Say that your organisation makes or ships a component."""
    body = {"component": component, "keeps": keeps, "because": because, "organisation": organisation or None}
    typer.echo(call("POST", "/projects/upkeep", json=body)["public_id"])


@app.command()
def ship(
    bill: Annotated[Path, typer.Argument(help="a CycloneDX or SPDX file", exists=True, dir_okay=False)],
    because: Annotated[str, typer.Option("--because", "-b", help="which product it is of")],
) -> None:
    """Say that your organisation ships what stands in a bill of materials of one of its products."""
    answer = call("POST", "/projects/upkeep/bill", body=bill.read_bytes(), because=because)
    Console().print(f"{answer['components']} components are new")


@app.command()
def end(upkeep: Annotated[str, typer.Argument(help="UPK-…")]) -> None:
    """Take back what your organisation said of who makes or ships what."""
    call("POST", f"/projects/upkeep/{upkeep}/end")
    Console().print("taken back")


@app.command()
def policies(as_json: AsJson = False) -> None:
    """List how projects take reports, the newest version of each first."""
    answer = call("GET", "/projects/policies")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("policy", "project", "version", "AI found", "embargo", "AI patch", "a week", "takes", "source")
    for each in answer:
        terms = each["terms"]
        longest = f"{terms['longest_days']} days from {terms['embargo']}" if terms["longest_days"] else terms["embargo"]
        named = (each["public_id"], each["project"], str(each["version"]), terms["ai_found"], longest)
        table.add_row(*named, terms["ai_patch"], str(terms["per_week"] or "any"), terms["takes"], each["source"])
    Console().print(table)


@app.command("set-policy")
def set_policy(  # noqa: PLR0917 - a policy has these
    project: Annotated[str, typer.Argument(help="a package URL such as pkg:npm/minimist")],
    source: Annotated[str, typer.Option(help="where it is published, or who decided it")],
    ai_found: Annotated[str, typer.Option(help="private or public")] = "private",
    embargo: Annotated[str, typer.Option(help="none, or from when it counts: contact, report or fix")] = "report",
    longest_days: Annotated[int | None, typer.Option(help="the longest embargo, in days")] = None,
    ai_patch: Annotated[str, typer.Option(help="patches that AI wrote: yes, ask or no")] = "ask",
    per_week: Annotated[int | None, typer.Option(help="new items in any seven days; any number otherwise")] = None,
    takes: Annotated[str, typer.Option(help="all, confirmed or with_fix")] = "all",
) -> None:
    """Set how a project takes reports: a new version, for cases that are opened from now on."""
    body = {
        "project": project,
        "source": source,
        "ai_found": ai_found,
        "embargo": embargo,
        "longest_days": longest_days,
        "ai_patch": ai_patch,
        "per_week": per_week,
        "takes": takes,
    }
    typer.echo(call("POST", "/projects/policies", json=body)["public_id"])
