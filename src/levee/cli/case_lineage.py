from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.inventory import AsJson

Case = Annotated[str, typer.Argument(help="CAS-…")]
Because = Annotated[str, typer.Option("--because", "-b", help="every party reads it")]
Look = Annotated[bool, typer.Option("--look", help="print what would be done, and do nothing")]


def went_on(case: Case, as_json: AsJson = False) -> None:
    """List where a case went on and where it came from."""
    found = call("GET", f"/cases/{case}/went-on")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("when", "what", "case", "why")
    for each in found:
        table.add_row(each["at"], each["says"], each["other_id"] or "—", each["because"])
    Console().print(table)


def merge(
    case: Case,
    into: Annotated[str, typer.Option(help="CAS-…, the case that goes on")],
    because: Because = "",
    look: Look = False,
) -> None:
    """Merge a case into another one about the same flaw."""
    if look:
        _tell(call("GET", f"/cases/{case}/merge/{into}"))
        return
    call("POST", f"/cases/{case}/merge", json={"into": into, "because": because})
    Console().print("merged: who takes part in this case alone is offered the terms of the other")


def split(
    *,
    case: Case,
    findings: Annotated[list[str] | None, typer.Argument(help="FND-… that become a case of their own")] = None,
    title: Annotated[str, typer.Option(help="of the new case")] = "",
    summary: Annotated[str, typer.Option(help="of the new case; this one's otherwise")] = "",
    because: Because = "",
    look: Look = False,
) -> None:
    """Let findings of a case become a case of their own; prints it."""
    if look:
        _tell(call("GET", f"/cases/{case}/split"))
        return
    body = {"findings": findings or [], "title": title, "summary": summary, "because": because}
    typer.echo(call("POST", f"/cases/{case}/split", json=body)["public_id"])


def reopen(case: Case, because: Because = "", look: Look = False) -> None:
    """Take up again what is over; prints the case that takes this one's place."""
    if look:
        _tell(call("GET", f"/cases/{case}/reopen"))
        return
    typer.echo(call("POST", f"/cases/{case}/reopen", json={"because": because})["public_id"])


def transfer(
    case: Case, to: Annotated[str, typer.Option(help="PAR-…, the participant that would own it")], because: Because = ""
) -> None:
    """Offer a case to another owner, who takes it or declines."""
    call("POST", f"/cases/{case}/transfer", json={"to": to, "because": because})
    Console().print("offered: nothing changes before it is taken")


def withdraw_transfer(case: Case) -> None:
    """Take back what was offered to another owner."""
    call("POST", f"/cases/{case}/transfer/withdraw")
    Console().print("taken back")


def transfers(case: Case, as_json: AsJson = False) -> None:
    """List to which other owners a case was offered, and what came of it."""
    found = call("GET", f"/cases/{case}/transfers")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("when", "to", "why", "came of it")
    for each in found:
        table.add_row(each["at"], each["to"], each["because"], each["settlement"] or "waits")
    Console().print(table)


def answer_transfer(
    case: Case,
    verb: Annotated[str, typer.Argument(help="take or decline")] = "take",
    look: Look = False,
) -> None:
    """Take a case over that is offered to you, or decline; prints the case that takes its place."""
    if look:
        _tell(call("GET", f"/cases/{case}/transfer"))
        return
    typer.echo(call("POST", f"/cases/{case}/transfer/answer", json={"verb": verb})["case"] or "declined")


def offers(as_json: AsJson = False) -> None:
    """List the parts in cases that you are offered."""
    found = call("GET", "/offers")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("offer", "by", "embargo until", "since")
    for each in found:
        table.add_row(each["public_id"], each["house"], each["embargo_end"] or "no embargo", each["since"])
    Console().print(table)


def answer_offer(
    offer: Annotated[str, typer.Argument(help="PAR-…")],
    verb: Annotated[str, typer.Argument(help="accept or decline")],
) -> None:
    """Take part in a case on its terms, or decline; prints the case."""
    typer.echo(call("POST", f"/offers/{offer}/answer", json={"verb": verb})["case"] or "declined")


def _tell(plan: dict[str, Any]) -> None:
    console = Console()
    console.print(f"the embargo ends at {plan['embargo_end']}" if plan["embargo_end"] else "no embargo", markup=False)
    console.print(f"{plan['findings']} findings, found by {', '.join(plan['finders'])}", markup=False)
    for key, says in (
        ("comes_in", "takes part at once"),
        ("offered", "is offered the terms, and sees nothing before it agrees"),
        ("written", "gets a letter with a link, and sees nothing before it agrees"),
        ("left_out", "left or does not agree, and is not drawn in"),
    ):
        for name in plan[key]:
            console.print(f"{name}: {says}", markup=False)
    if plan["waits"]:
        console.print(f"{plan['waits']} invitations wait on at the project", markup=False)
