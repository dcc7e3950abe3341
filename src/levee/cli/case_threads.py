from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call, fetch
from levee.cli.inventory import AsJson
from levee.kernel.errors import BadInput

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
    table = Table("thread", "subject", "for", "read by", "messages", "new")
    for each in found:
        counts = (str(each[name]) for name in ("messages", "unread"))
        told = (each["product"] or each["audience"], str(len(each["readers"])), *counts)
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
        _tell(console, each)


def _tell(console: Console, message: dict[str, Any]) -> None:
    to = "".join(f" @{handle}" for handle in message["mentions"])
    mailed = f" (by mail, {message['by_mail']})" if message["by_mail"] else ""
    console.print(
        f"{message['number']} {message['at']} {message['author']}{mailed}{to}: {message['text']}", markup=False
    )
    for each in message["attachments"]:
        console.print(f"  {each['public_id']} {each['name']}, {each['size']} bytes", markup=False)


def tell_readers(console: Console, thread: dict[str, Any]) -> None:
    """Who reads what is written now, with its handle, and who only once it agrees to the embargo."""
    named = (f"{name} @{handle}" for name, handle in zip(thread["readers"], thread["handles"], strict=True))
    console.print(f"read by {', '.join(named)}", markup=False)
    if thread["held_back"]:
        console.print(f"once they agree to the embargo: {', '.join(thread['held_back'])}", markup=False)


@app.command()
def attach(
    case: Case,
    thread: Thread,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="at most 16 MiB")],
    text: Annotated[str, typer.Option(help="what stands beside it")] = "",
) -> None:
    """Send a file to those who are in a thread; it says who reads it."""
    tell_readers(Console(stderr=True), call("GET", f"/cases/{case}/threads/{thread}"))
    path = f"/cases/{case}/threads/{thread}/attachments"
    typer.echo(call("POST", path, body=file.read_bytes(), filename=file.name, text=text)["public_id"])


@app.command()
def save(
    case: Case,
    attachment: Annotated[str, typer.Argument(help="ATT-…")],
    to: Annotated[Path, typer.Option("--to", help="a file that is not there yet")],
) -> None:
    """Save a file that came beside a message."""
    data = fetch(f"/cases/{case}/attachments/{attachment}").content
    try:
        with to.open("xb") as kept:
            kept.write(data)
    except OSError as error:
        raise BadInput(f"cannot write the file: {error.strerror}", place=str(to)) from error
    Console().print(f"{len(data)} bytes in {to}", markup=False)


@app.command("mark-read")
def mark_read(
    case: Case, thread: Thread, number: Annotated[int, typer.Argument(help="of the last message that you have read")]
) -> None:
    """Say up to which message you have read a thread."""
    kept = call("POST", f"/cases/{case}/threads/{thread}/read", json={"number": number})["number"]
    Console().print(f"read up to {kept}")


@app.command()
def search(
    case: Case, words: Annotated[str, typer.Argument(help="each is looked for")], as_json: AsJson = False
) -> None:
    """Find messages that hold words, newest first, at most 50."""
    found = call("GET", f"/cases/{case}/search?words={quote(words, safe='')}")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for each in found:
        Console().print(each["thread_id"], end=" ", markup=False)
        _tell(Console(), each)


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
