from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call

app = typer.Typer(no_args_is_help=True, help="Follow cases, answer, send messages.")

Case = Annotated[str, typer.Argument(help="CAS-…")]
AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List the cases that you take part in."""
    answer = call("GET", "/cases")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("case", "embargo", "until", "your part", "title")
    for each in answer:
        table.add_row(each["public_id"], each["embargo"], each["embargo_end"], each["capacity"], each["title"])
    Console().print(table)


@app.command()
def show(case: Case, as_json: AsJson = False) -> None:
    """Show a case, who takes part, and the messages that you see."""
    found = call("GET", f"/cases/{case}")
    parties = call("GET", f"/cases/{case}/participants")
    messages = call("GET", f"/cases/{case}/messages")
    if as_json:
        typer.echo(json.dumps({**found, "participants": parties, "messages": messages}, indent=2))
        return
    console = Console()
    console.print(f"{found['title']}  (embargo {found['embargo']}, until {found['embargo_end']})", markup=False)
    for each in parties:
        console.print(f"  {each['name']}: {each['capacity']}, {each['answer']}", markup=False)
    for each in messages:
        console.print(f"{each['at']} {each['author']}: {each['text']}", markup=False)


@app.command("open")
def open_case(
    cluster: Annotated[str, typer.Argument(help="CLU-…")],
    title: Annotated[str, typer.Option(help="what participants see")],
    embargo_end: Annotated[str, typer.Option(help="an instant with zone: 2026-12-01T12:00:00Z")],
    summary: Annotated[str, typer.Option(help="what it is")] = "",
) -> None:
    """Open a case for a cluster."""
    body = {"cluster": cluster, "title": title, "summary": summary, "embargo_end": embargo_end}
    typer.echo(call("POST", "/cases", json=body)["public_id"])


@app.command()
def answer(
    case: Case,
    answer: Annotated[str, typer.Argument(help="seen, looking, affected, not_affected or fixed")],
    by: Annotated[str, typer.Option(help="the name of who answers")],
    justification: Annotated[str, typer.Option(help="with not_affected: why")] = "",
) -> None:
    """Answer for your product."""
    call("POST", f"/cases/{case}/answer", json={"answer": answer, "by": by, "justification": justification})


@app.command()
def send(case: Case, text: str, internal: Annotated[bool, typer.Option(help="the clearinghouse only")] = False) -> None:
    """Send a message."""
    typer.echo(call("POST", f"/cases/{case}/messages", json={"text": text, "internal": internal})["public_id"])
