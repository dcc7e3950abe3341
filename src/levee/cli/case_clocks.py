from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console
from rich.table import Table

from levee.cases.clocks.moments import OF_A_VENDOR, Moment
from levee.cases.clocks.policies import offered, policy
from levee.cases.clocks.running import Happened, Kept, running
from levee.cli.inventory import AsJson
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from datetime import timedelta, tzinfo

    from levee.cases.clocks.policies import Policy
    from levee.cases.clocks.running import Clock

app = typer.Typer(no_args_is_help=True, help="The clocks of a case: policies, what started them, when they run out.")
Zone = Annotated[str, typer.Option(help="show times in this zone too, such as Europe/Berlin")]
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


def zone_of(name: str) -> ZoneInfo:
    """A zone by its name.

    Raises:
        BadInput: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(f"{name[:80]!r} is no time zone", place="zone", advice="such as Europe/Berlin") from error


def shown(at: datetime, zone: tzinfo) -> str:
    """An instant in a zone, to the minute."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def length_of(length: timedelta) -> str:
    """Such as "72 hours" or "14 days"."""
    hours = round(length.total_seconds() / 3600)
    return f"{hours // 24} days" if hours % 24 == 0 and hours > 72 else f"{hours} hours"  # noqa: PLR2004 - as laws say it


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


def _clock(each: Clock, now: datetime, local: ZoneInfo) -> dict[str, Any]:
    return {
        "policy": each.policy,
        "clock": each.name,
        "says": each.says,
        "started_at": each.started_at.isoformat() if each.started_at else None,
        "due": each.due.isoformat() if each.due else None,
        "due_there": each.due.astimezone(local).isoformat() if each.due else None,
        "state": each.state(now),
    }
