from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call

app = typer.Typer(no_args_is_help=True, help="Webhooks: an address of yours is called when a case changes.")

Key = Annotated[str, typer.Argument(help="HOK-…")]
AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List your webhooks."""
    _table(call("GET", "/cases/webhooks"), ("public_id", "url", "failed_at", "paused"), as_json=as_json)


@app.command()
def add(url: Annotated[str, typer.Argument(help="https://…")]) -> None:
    """Have an address called when a case of yours changes; prints the secret that signs its calls, this once."""
    made = call("POST", "/cases/webhooks", json={"url": url})
    typer.echo(f"{made['public_id']} {made['secret']}")


@app.command("renew-secret")
def renew_secret(webhook: Key) -> None:
    """Give a webhook another secret, and print it, this once."""
    typer.echo(call("POST", f"/cases/webhooks/{webhook}/secret")["secret"])


@app.command()
def test(webhook: Key) -> None:
    """Call a webhook once, as a test; the log says how it ends."""
    typer.echo(call("POST", f"/cases/webhooks/{webhook}/test")["public_id"])


@app.command()
def resume(webhook: Key) -> None:
    """Call a webhook again that was given up."""
    call("POST", f"/cases/webhooks/{webhook}/resume")


@app.command()
def remove(webhook: Key) -> None:
    """Call a webhook no more."""
    call("DELETE", f"/cases/webhooks/{webhook}")


@app.command()
def log(as_json: AsJson = False) -> None:
    """List what your webhooks were called for, and how it ended."""
    columns = ("queued_at", "url", "case_id", "what", "state", "attempts", "answer")
    _table(call("GET", "/cases/webhooks/calls"), columns, as_json=as_json)


def _table(found: list[dict[str, object]], columns: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table(*columns)
    for each in found:
        table.add_row(*("" if each[name] is None else str(each[name]) for name in columns))
    Console().print(table)
