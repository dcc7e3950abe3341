from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.inventory import AsJson

app = typer.Typer(no_args_is_help=True, help="Vendors that have not answered: what was tried, and what is decided.")
Case = Annotated[str, typer.Argument(help="CAS-…")]
Participant = Annotated[str, typer.Argument(help="PAR-…")]
Because = Annotated[str, typer.Option("--because", "-b", help="why; recorded")]


@app.command("list")
def listed(case: Case, as_json: AsJson = False) -> None:
    """List the vendors that have not answered, and what is due next."""
    found = call("GET", f"/cases/{case}/silence")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("vendor", "", "tried", "next", "due", "decision")
    for each in found:
        tried = ", ".join(one["channel"] for one in each["attempts"]).replace("_", " ")
        decision = each["decided"] or (f"{each['proposed']}, proposed" if each["proposed"] else "—")
        next_ = (each["next"] or "—").replace("_", " ")
        table.add_row(each["party"], each["participant_id"], tried, next_, each["due"] or "—", decision)
    Console().print(table)


@app.command()
def chase(
    case: Case,
    participant: Participant,
    channel: Annotated[str, typer.Argument(help="reminder, second_contact, registry_contact or public_request")],
    because: Because,
) -> None:
    """Put an attempt to reach one on record; a reminder leaves by it."""
    body = {"channel": channel, "because": because}
    call("POST", f"/cases/{case}/participants/{participant}/attempts", json=body)
    Console().print("it is on record")


@app.command()
def propose(
    case: Case,
    participant: Participant,
    way: Annotated[str, typer.Argument(help="publish, mitigation, steward or hold")],
    because: Because,
) -> None:
    """Propose what is done about one that nobody reached; a second person decides."""
    body = {"way": way, "because": because}
    call("POST", f"/cases/{case}/participants/{participant}/outcome", json=body)
    Console().print("proposed; another coordinator decides")


@app.command()
def decide(
    case: Case,
    participant: Participant,
    verb: Annotated[str, typer.Argument(help="agree or refuse")],
    because: Because,
) -> None:
    """Agree to what another coordinator proposed, or refuse it."""
    if verb not in {"agree", "refuse"}:
        raise typer.BadParameter("agree or refuse")
    body = {"agree": verb == "agree", "because": because}
    call("POST", f"/cases/{case}/participants/{participant}/outcome/decision", json=body)
    Console().print("your decision stands")
