from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from levee.cases.clocks.moments import OF_A_VENDOR, Moment
from levee.cases.clocks.policies import offered, policy
from levee.cases.clocks.running import Happened, Kept, running
from levee.cases.clocks.zones import length_of
from levee.cli.client import call, fetch
from levee.cli.inventory import AsJson
from levee.kernel.errors import BadInput
from levee.kernel.zones import shown, zone_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from levee.cases.clocks.policies import Policy
    from levee.cases.clocks.running import Clock

app = typer.Typer(no_args_is_help=True, help="The clocks of a case: policies, what started them, when they run out.")
Zone = Annotated[str, typer.Option(help="show times in this zone too, such as Europe/Berlin")]
Case = Annotated[str, typer.Argument(help="CAS-…")]
Because = Annotated[str, typer.Option("--because", "-b", help="why; recorded")]
A_VENDOR = UUID(int=0)


@app.command()
def policies(as_json: AsJson = False) -> None:
    """List the policies that can be kept in a case, on this machine alone."""
    found = offered()
    if as_json:
        typer.echo(json.dumps([_policy(each) for each in found], indent=2))
        return
    console = Console()
    for each in found:
        grid = Table("clock", "asks", "starts when", "runs", "for", title=f"{each.name}, version {each.version}")
        grid.title_justify, grid.caption, grid.caption_justify = "left", each.source, "left"
        for limit in each.limits:
            starts = " and ".join(moment.says for moment in limit.starts)
            grid.add_row(limit.name, limit.asks.value, starts, length_of(limit.length), limit.says)
        console.print(grid)


@app.command()
def compute(
    name: Annotated[str, typer.Argument(metavar="POLICY", help="such as eu:cra")],
    given: Annotated[list[str], typer.Argument(metavar="MOMENT=INSTANT...", help="told=2026-12-01T12:00:00+01:00")],
    zone: Zone = "UTC",
    as_json: AsJson = False,
) -> None:
    """Work out when the clocks of a policy run out, for one vendor, on this machine alone."""
    chosen, local = policy(name), zone_of(zone)
    happened = dict(_moment(each) for each in given)
    unknown = happened.keys() - chosen.moments
    if unknown:
        raise BadInput(
            f"{name} does not wait for {', '.join(sorted(unknown))}",
            place="MOMENT",
            advice=f"one of {', '.join(sorted(chosen.moments))}",
        )
    case = {moment: at for moment, at in happened.items() if moment not in {*OF_A_VENDOR, Moment.TOLD}}
    vendor = {moment: at for moment, at in happened.items() if moment not in case}
    clocks = running([Kept(policy=chosen)], Happened(case=case, vendors={A_VENDOR: vendor}))
    # allow ambient: how it stands now is asked of this machine
    now = datetime.now(UTC)
    if as_json:
        typer.echo(json.dumps([_clock(each, now, local) for each in clocks], indent=2))
        return
    grid = Table("clock", "runs out", f"in {zone}", "stands")
    for each in clocks:
        due = (shown(each.due, UTC), shown(each.due, local)) if each.due else ("—", "—")
        grid.add_row(each.name, *due, each.state(now).value.replace("_", " "))
    Console().print(grid)


@app.command()
def show(case: Case, zone: Zone = "UTC", as_json: AsJson = False) -> None:
    """Show the clocks of a case, the policies that they come from, and what was stated about them."""
    answer = call("GET", f"/cases/{case}/clocks", zone=zone)
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console, local = Console(), zone_of(zone)
    grid = Table("policy", "clock", "asks", "runs out", f"in {zone}", "stands")
    for each in answer["clocks"]:
        due = datetime.fromisoformat(each["due"]) if each["due"] else None
        when = (shown(due, UTC), shown(due, local)) if due else (f"when {each['starts']}", "—")
        grid.add_row(each["policy"], each["name"], each["asks"], *when, each["state"].replace("_", " "))
    console.print(grid)
    for each in answer["policies"]:
        console.print(f"{each['by']} keeps {each['policy']}: {each['because']}", markup=False)
    for each in answer["marks"]:
        console.print(f"{each['by']} says that {each['says']}, {each['at']}: {each['evidence']}", markup=False)


@app.command()
def keep(case: Case, policy: Annotated[str, typer.Argument(help="such as eu:cra")], because: Because) -> None:
    """Keep a policy with time limits in a case; its clocks run from now on."""
    call("POST", f"/cases/{case}/clocks/policies", json={"policy": policy, "because": because})
    Console().print("its clocks run")


@app.command()
def drop(case: Case, policy: Annotated[str, typer.Argument(help="one that you keep")], because: Because) -> None:
    """Drop a policy that you keep in a case; its clocks are gone with it."""
    call("POST", f"/cases/{case}/clocks/policies/drop", json={"policy": policy, "because": because})
    Console().print("its clocks are gone")


@app.command()
def mark(
    case: Case,
    moment: Annotated[str, typer.Argument(help="such as early_warning")],
    at: Annotated[str, typer.Option(help="an instant with zone: 2026-12-01T12:00:00Z")],
    evidence: Annotated[str, typer.Option(help="where it can be seen")],
) -> None:
    """State that something happened that starts or stops clocks."""
    call("POST", f"/cases/{case}/clocks/marks", json={"moment": moment, "at": at, "evidence": evidence})
    Console().print("your word stands")


@app.command()
def calendar(case: Case) -> None:
    """Print the clocks of a case as a calendar file; it says nothing of what they are about."""
    sys.stdout.buffer.write(fetch(f"/cases/{case}/clocks/calendar").content)


def _moment(given: str) -> tuple[Moment, datetime]:
    name, _, instant = given.partition("=")
    try:
        moment, at = Moment(name), datetime.fromisoformat(instant)
    except ValueError as error:
        raise BadInput(f"{given[:80]!r} is no moment", place="MOMENT", advice="told=2026-12-01T12:00:00Z") from error
    if at.tzinfo is None:
        raise BadInput("an instant needs its time zone", place=name, advice="2026-12-01T12:00:00Z")
    return moment, at


def _policy(each: Policy) -> dict[str, Any]:
    return {
        "policy": each.name,
        "version": each.version,
        "title": each.title,
        "source": each.source,
        "of": sorted(each.of),
        "clocks": [
            {
                "name": limit.name,
                "says": limit.says,
                "asks": limit.asks,
                "starts": limit.starts,
                "hours": limit.length.total_seconds() / 3600,
                "done": limit.done,
                "remind_hours": [before.total_seconds() / 3600 for before in limit.remind],
            }
            for limit in each.limits
        ],
    }


def _clock(each: Clock, now: datetime, local: tzinfo) -> dict[str, Any]:
    return {
        "policy": each.policy,
        "clock": each.name,
        "says": each.says,
        "started_at": each.started_at.isoformat() if each.started_at else None,
        "due": each.due.isoformat() if each.due else None,
        "due_there": each.due.astimezone(local).isoformat() if each.due else None,
        "state": each.state(now),
    }
