from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.ages import tell_ages_of
from levee.cli.client import call
from levee.cli.inventory import AsJson

app = typer.Typer(no_args_is_help=True, help="Set an action aside until a day, with what protects in the meantime.")
Exemption = Annotated[str, typer.Argument(help="EXC-…")]
Note = Annotated[str, typer.Option(help="for the record")]


@app.command("list")
def listed(
    everything: Annotated[bool, typer.Option("--all", help="ended ones too")] = False, as_json: AsJson = False
) -> None:
    """List exceptions, those that end first at the top."""
    answer = call("GET", "/exceptions", ended=str(everything).lower())
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("exception", "until", "state", "what is set aside", "what protects", "who")
    for each in answer["exceptions"]:
        table.add_row(
            *(each["public_id"], each["until"][:10], each["state"]),
            *(each["action_title"], each["mitigation"], each["responsible"]),
        )
    Console().print(table)
    tell_ages_of(answer)


@app.command()
def request(
    *,
    action: Annotated[str, typer.Argument(help="ACT-…")],
    reason: Annotated[str, typer.Option(help="why it cannot be done in time")],
    mitigation: Annotated[str, typer.Option(help="what protects in the meantime")],
    responsible: Annotated[str, typer.Option(help="who keeps that up")],
    until: Annotated[str, typer.Option(help="such as 2026-12-24, within a year")],
    as_json: AsJson = False,
) -> None:
    """Ask for an exception; a second person approves it where there is one."""
    instant = f"{until}T00:00:00Z" if "T" not in until else until
    body = {"reason": reason, "mitigation": mitigation, "responsible": responsible, "until": instant}
    _told(call("POST", f"/actions/{action}/exception", json=body), as_json=as_json)


@app.command()
def approve(exception: Exemption, note: Note = "", as_json: AsJson = False) -> None:
    """Approve an exception: its action is set aside until the day comes."""
    _decide(exception, "approve", note, as_json=as_json)


@app.command()
def refuse(exception: Exemption, note: Note = "", as_json: AsJson = False) -> None:
    """Refuse an exception: its action stays open."""
    _decide(exception, "refuse", note, as_json=as_json)


@app.command()
def withdraw(exception: Exemption, note: Note = "", as_json: AsJson = False) -> None:
    """Take an exception back: its action is open again."""
    _decide(exception, "withdraw", note, as_json=as_json)


def _decide(exception: str, verb: str, note: str, *, as_json: bool) -> None:
    _told(call("POST", f"/exceptions/{exception}/{verb}", json={"note": note}), as_json=as_json)


def _told(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    Console().print(
        f"{answer['public_id']}: {answer['action_title']}, {answer['state']} until {answer['until'][:10]}", markup=False
    )
