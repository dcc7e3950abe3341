from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.inventory import AsJson

app = typer.Typer(no_args_is_help=True, help="How the clearinghouse itself works.")
Because = Annotated[str, typer.Option("--because", "-b", help="why; recorded")]


@app.command()
def settings(as_json: AsJson = False) -> None:
    """List what the house has chosen, and the defaults of what it has not."""
    found = call("GET", "/house/settings")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("setting", "value", "what", "since", "because")
    for each in found:
        table.add_row(each["name"], each["value"], each["says"], each["at"] or "—", each["because"] or "the default")
    Console().print(table)


@app.command()
def choose(
    name: Annotated[str, typer.Argument(help="as `levee house settings` names it")],
    value: Annotated[str, typer.Argument(help="what holds from now on")],
    because: Because,
) -> None:
    """Choose how the house works: by an administrator who signed in, with no token."""
    call("POST", f"/house/settings/{name}", json={"value": value, "because": because}, in_person=True)
    Console().print("it holds from now on")


@app.command()
def calendar(as_json: AsJson = False) -> None:
    """List the times in which nothing is published."""
    found = call("GET", "/house/calendar")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("closing", "closed", "zone", "because")
    for each in found:
        table.add_row(each["public_id"], each["says"], each["zone"], each["because"])
    Console().print(table)


@app.command()
def close(  # noqa: PLR0917 - which of them a kind needs, it says
    kind: Annotated[str, typer.Argument(help="weekday, day, hours or freeze")],
    zone: Annotated[str, typer.Option(help="such as Europe/Berlin")],
    because: Because,
    weekday: Annotated[int | None, typer.Option(help="0 for Monday to 6 for Sunday")] = None,
    day: Annotated[str | None, typer.Option(help="2026-12-25")] = None,
    opens: Annotated[str | None, typer.Option(help="09:00; hours before it are closed")] = None,
    closes: Annotated[str | None, typer.Option(help="17:00; hours from it on are closed")] = None,
    start: Annotated[str | None, typer.Option(help="of a freeze: 2026-12-20T08:00:00Z")] = None,
    end: Annotated[str | None, typer.Option(help="of a freeze: 2027-01-04T08:00:00Z")] = None,
) -> None:
    """Publish nothing in a time from now on; no embargo moves by it."""
    given = {"weekday": weekday, "day": day, "opens": opens, "closes": closes, "start": start, "end": end}
    call("POST", "/house/calendar", json={"kind": kind, "zone": zone, "because": because, **given})
    Console().print("it stands until somebody ends it")


@app.command("open")
def end_closing(closing: Annotated[str, typer.Argument(help="CLO-…")], because: Because) -> None:
    """Publish again in a time that was closed."""
    call("POST", f"/house/calendar/{closing}/end", json={"because": because})
    Console().print("it is open from now on")


@app.command("closed-at")
def closed_at(
    at: Annotated[str, typer.Argument(help="an instant with zone: 2026-12-05T12:00:00Z")], as_json: AsJson = False
) -> None:
    """Say whether something can be published at an instant, and the next one that is open."""
    found = call("GET", "/house/calendar/look", at=at)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    typer.echo(told(found) or "open")


def told(found: dict[str, str | None]) -> str:
    """What closes an instant, and the next one that is open, in words; empty where it is open."""
    if found["closed"] is None:
        return ""
    return (
        f"nothing is published then: {found['closed']} ({found['because']}); open from {found['opens'] or 'never'} on"
    )


@app.command()
def duty(as_json: AsJson = False) -> None:
    """Show who is on call now, and who comes next."""
    now, found = call("GET", "/house/duty"), call("GET", "/house/duty/shifts")
    if as_json:
        typer.echo(json.dumps({"now": now, "shifts": found}, indent=2))
        return
    typer.echo(f"on call until {now['end']}: {now['name']}" if now else "nobody is on call")
    table = Table("shift", "who", "from", "until", "letters go to")
    for each in found:
        told_to = each["address"] or "the house's address"
        table.add_row(each["public_id"], each["name"], each["start"], each["end"], told_to)
    Console().print(table)


@app.command("plan-shift")
def plan_shift(
    person: Annotated[str, typer.Argument(help="PER-…")],
    start: Annotated[str, typer.Option(help="an instant with zone: 2026-12-07T09:00:00+01:00")],
    end: Annotated[str, typer.Option(help="the same")],
    address: Annotated[str, typer.Option(help="where alarms go meanwhile; the house's address otherwise")] = "",
) -> None:
    """Put a coordinator on call for a time."""
    body = {"person": person, "start": start, "end": end, "address": address}
    call("POST", "/house/duty/shifts", json=body)
    Console().print("planned")


@app.command("end-shift")
def end_shift(shift: Annotated[str, typer.Argument(help="SHI-…")], because: Because) -> None:
    """End a shift, or take one out of the plan."""
    call("POST", f"/house/duty/shifts/{shift}/end", json={"because": because})
    Console().print("ended")


@app.command("hand-over")
def hand_over(note: Annotated[str, typer.Argument(help="what the next one must know")]) -> None:
    """Hand the duty over with a note."""
    call("POST", "/house/duty/hand-overs", json={"note": note})
    Console().print("handed over")


@app.command("hand-overs")
def hand_overs(as_json: AsJson = False) -> None:
    """Show what was left for who is on call next; `levee cases changes --since` tells what changed after it."""
    found = call("GET", "/house/duty/hand-overs")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for each in found:
        Console().print(f"{each['at']} {each['by']} (changes since {each['cursor'] or 'the first'})", markup=False)
        Console().print(each["note"], markup=False)
