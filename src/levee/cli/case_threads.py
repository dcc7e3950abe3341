from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.inventory import AsJson

app = typer.Typer(no_args_is_help=True, help="The threads of a case: who reads each, and what was said.")
Case = Annotated[str, typer.Argument(help="CAS-…")]
Thread = Annotated[str, typer.Argument(help="THR-…")]


@app.command("list")
def listed(case: Case, as_json: AsJson = False) -> None:
    """List the threads that you are in."""
    found = call("GET", f"/cases/{case}/threads")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("thread", "subject", "for", "read by", "messages")
    for each in found:
        told = (each["product"] or each["audience"], str(len(each["readers"])), str(each["messages"]))
        table.add_row(each["public_id"], each["subject"], *told)
    Console().print(table)


@app.command()
def show(
    case: Case,
    thread: Thread,
    since: Annotated[int, typer.Option(help="the number of the last message that you know")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show who reads a thread, and its messages after one that you know, at most 200."""
    found = call("GET", f"/cases/{case}/threads/{thread}")
    messages = call("GET", f"/cases/{case}/threads/{thread}/messages?since={since}")
    if as_json:
        typer.echo(json.dumps({**found, "said": messages}, indent=2))
        return
    console = Console()
    console.print(found["subject"], markup=False)
    tell_readers(console, found)
    for each in messages:
        mailed = f" (by mail, {each['by_mail']})" if each["by_mail"] else ""
        console.print(f"{each['number']} {each['at']} {each['author']}{mailed}: {each['text']}", markup=False)


def tell_readers(console: Console, thread: dict[str, list[str]]) -> None:
    """Who reads what is written now, and who only once it agrees to the embargo."""
    console.print(f"read by {', '.join(thread['readers'])}", markup=False)
    if thread["held_back"]:
        console.print(f"once they agree to the embargo: {', '.join(thread['held_back'])}", markup=False)


@app.command("open")
def open_thread(
    case: Case,
    subject: Annotated[str, typer.Option(help="one line; who is in the thread reads it")],
    audience: Annotated[str, typer.Option(help="product, or party for one alone")] = "party",
    product: Annotated[str, typer.Option(help="with product: which one")] = "",
    participant: Annotated[list[str] | None, typer.Option(help="PAR-…; may be repeated")] = None,
) -> None:
    """Open a thread for a product's vendors, or for one party; a finder or vendor opens one with the owner alone."""
    body = {"audience": audience, "subject": subject, "product": product, "participants": participant or []}
    typer.echo(call("POST", f"/cases/{case}/threads", json=body)["public_id"])
