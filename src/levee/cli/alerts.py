from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import address, call
from levee.cli.inventory import AsJson

app = typer.Typer(no_args_is_help=True, help="How you are told of what concerns you, and what you were told.")
Key = Annotated[str, typer.Argument(help="HOK-… or FED-…")]


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """Show what you were told, the newest first."""
    _table(call("GET", "/alerts"), ("at", "kind", "title", "band", "reason"), as_json=as_json)


@app.command()
def log(as_json: AsJson = False) -> None:
    """Show what was sent when, and how it ended."""
    found = call("GET", "/alerts/log")
    _table(found, ("queued_at", "channel", "purpose", "state", "to", "subject", "answer"), as_json=as_json)


@app.command()
def preferences(as_json: AsJson = False) -> None:
    """Show how you are told."""
    answer = call("GET", "/alerts/preferences")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    for name, value in answer.items():
        typer.echo(f"{name}: {'-' if value is None else value}")


@app.command()
def prefer(
    *,
    mail: Annotated[bool | None, typer.Option("--mail/--no-mail", help="by mail at all")] = None,
    to: Annotated[str | None, typer.Option(help="where to; empty for your organisation's contact")] = None,
    says: Annotated[str | None, typer.Option(help="reason, or something: only that there is something")] = None,
    zone: Annotated[str | None, typer.Option(help="such as America/Chicago")] = None,
    quiet: Annotated[str | None, typer.Option(help="such as 22:00-06:00, or none")] = None,
    urgent_in_quiet: Annotated[
        bool | None, typer.Option("--urgent-in-quiet/--all-quiet", help="three days at most comes all the same")
    ] = None,
    digest_at: Annotated[str | None, typer.Option(help="hour of the daily mail, such as 07:00")] = None,
    brief_day: Annotated[str | None, typer.Option(help="0 for Monday to 6 for Sunday, or none")] = None,
    hourly: Annotated[int | None, typer.Option(help="at most so many mails at once in an hour")] = None,
) -> None:
    """State how you want to be told; what is not named stays as it is."""
    chosen: dict[str, Any] = call("GET", "/alerts/preferences")
    begins, _, ends = (quiet or "").partition("-")
    named = {
        "mail": mail,
        "address": to,
        "says": says,
        "zone": zone,
        "urgent_in_quiet": urgent_in_quiet,
        "digest_at": digest_at,
        "hourly": hourly,
    }
    chosen |= {name: value for name, value in named.items() if value is not None}
    if quiet is not None:
        chosen |= (
            {"quiet_from": None, "quiet_to": None} if quiet == "none" else {"quiet_from": begins, "quiet_to": ends}
        )
    if brief_day is not None:
        chosen["brief_day"] = None if brief_day == "none" else int(brief_day)
    call("PUT", "/alerts/preferences", json=chosen)
    typer.echo("noted")


@app.command()
def test() -> None:
    """Send a test by every way that is set up."""
    typer.echo(f"{call('POST', '/alerts/test')['leave']} leave")


@app.command()
def webhooks(as_json: AsJson = False) -> None:
    """List your webhooks."""
    _table(call("GET", "/alerts/webhooks"), ("public_id", "url", "failed_at", "paused"), as_json=as_json)


@app.command("add-webhook")
def add_webhook(url: Annotated[str, typer.Argument(help="https://…")]) -> None:
    """Have a webhook called; prints the secret that signs its calls, this once."""
    made = call("POST", "/alerts/webhooks", json={"url": url})
    typer.echo(f"{made['public_id']} {made['secret']}")


@app.command("resume-webhook")
def resume_webhook(webhook: Key) -> None:
    """Call a webhook again that was given up."""
    call("POST", f"/alerts/webhooks/{webhook}/resume")


@app.command("remove-webhook")
def remove_webhook(webhook: Key) -> None:
    """Call a webhook no more."""
    call("DELETE", f"/alerts/webhooks/{webhook}")


@app.command()
def feeds(as_json: AsJson = False) -> None:
    """List the secret addresses of your feed."""
    _table(call("GET", "/alerts/feeds"), ("public_id", "name", "created_at", "revoked_at"), as_json=as_json)


@app.command("add-feed")
def add_feed(name: Annotated[str, typer.Argument(help="what it is for")]) -> None:
    """Make a secret address of your feed; prints it, this once."""
    made = call("POST", "/alerts/feeds", json={"name": name})
    typer.echo(f"{made['public_id']} {address()}/alert-feeds/{made['secret']}/alerts.atom")


@app.command("revoke-feed")
def revoke_feed(feed: Key) -> None:
    """Close a secret address of your feed."""
    call("DELETE", f"/alerts/feeds/{feed}")


def _table(found: list[dict[str, Any]], columns: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table(*columns)
    for each in found:
        table.add_row(*("" if each[name] is None else str(each[name]) for name in columns))
    Console().print(table)
