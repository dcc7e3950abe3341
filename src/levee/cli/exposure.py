from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import msgspec
import typer
from msgspec import structs
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from levee.cli import vex
from levee.cli.ages import tell_ages_of
from levee.cli.client import call
from levee.cli.inventory import AsJson, File, bytes_of
from levee.exposure.actions import wording
from levee.exposure.matching.folder import AdvisoryFolder
from levee.exposure.scan.reports import openvex, sarif
from levee.exposure.scan.running import scan as scan_file
from levee.formats.vex import read_vex
from levee.kernel.clock import SystemClock
from levee.kernel.counting import counted
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.exposure.actions.folding import Plan
    from levee.exposure.scan.running import Scan

app = typer.Typer(no_args_is_help=True, help="Match an inventory on this machine alone.")
actions = typer.Typer(no_args_is_help=True, help="What to do, the most pressing first.")
app.add_typer(vex.app, name="vex")
AT_ONCE = 10
MANY = 2000
AUTHOR = "the operator, by Levee's matching"
Action = Annotated[str, typer.Argument(help="ACT-…")]


@app.command()
def scan(
    file: File,
    *,
    advisories: Annotated[
        Path | None, typer.Option(help="a folder of advisories: OSV as JSON or YAML, RustSec; LEVEE_ADVISORIES else")
    ] = None,
    statements: Annotated[
        list[Path] | None, typer.Option(help="a maker's statement to rely on: OpenVEX, CycloneDX or CSAF")
    ] = None,
    as_json: AsJson = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="print the matches as SARIF 2.1.0")] = False,
    as_vex: Annotated[bool, typer.Option("--vex", help="print the matches as OpenVEX")] = False,
) -> None:
    """Match a file against a folder of advisories; no server, no database, nothing is sent."""
    if as_json + as_sarif + as_vex > 1:
        raise BadInput("one kind of answer at a time", advice="give one of --json, --sarif, --vex")
    data, now = bytes_of(file), SystemClock().now()
    said = [read_vex(bytes_of(path)) for path in statements or []]
    found = scan_file(
        data,
        filename=file.name,
        advisories=_refreshed(advisories or _usual_folder()),
        now=now,
        statements=[each for one in said for each in one.statements],
    )
    if as_json:
        typer.echo(msgspec.json.format(json.dumps(_document(found), default=_plain), indent=2))
    elif as_sarif:
        typer.echo(json.dumps(sarif(found, uri=quote(file.as_posix()), version=version("levee")), indent=2))
    elif as_vex:
        typer.echo(json.dumps(openvex(found, author=AUTHOR, now=now, version=version("levee")), indent=2))
    else:
        _tell(found, str(file), [each for one in said for each in one.not_understood])


def _usual_folder() -> Path:
    named = os.environ.get("LEVEE_ADVISORIES")
    if not named:
        advice = "give --advisories FOLDER, or name the folder in LEVEE_ADVISORIES"
        raise BadInput("there are no advisories to match with", place="--advisories", advice=advice)
    return Path(named)


def _refreshed(path: Path) -> AdvisoryFolder:
    """The folder, read as far as it is new; what takes longer than a glance is shown on the error output."""
    folder = AdvisoryFolder(path)
    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("reading advisories", total=None, visible=False)
        folder.refresh(lambda done, total: shown.update(task, completed=done, total=total, visible=total > MANY))
    return folder


def _tell(found: Scan, filename: str, odd: Sequence[tuple[str, str]]) -> None:
    console = Console()
    if found.plans:
        _print_plans(console, found)
    for each in found.excused:
        console.print(f"{each.found.component.stated}, {each.found.vulnerability}: {each.because}", markup=False)
    reading = found.reading
    console.print(
        f"{counted(found.found, 'match', 'matches')} of {counted(reading.components, 'component')} with "
        f"{counted(found.advisories, 'advisory', 'advisories')}",
        soft_wrap=True,
    )
    if reading.unmatchable or reading.not_understood:
        console.print(
            f"{counted(reading.unmatchable, 'component')} cannot be matched fully, and "
            f"{counted(reading.not_understood, 'row was', 'rows were')} not understood: "
            f"levee inventory preview {filename} says which and why",
            markup=False,
            soft_wrap=True,
        )
    for refused in found.refused:
        console.print(f"  {refused.place}: {refused.reason}", markup=False)
    for place, reason in odd:
        console.print(f"  statement {place}: {reason}", markup=False)


def _print_plans(console: Console, found: Scan) -> None:
    table = Table("by", "what to do", "where", "why")
    for plan in found.plans:
        due = plan.timeline.due_at
        table.add_row(
            due.strftime("%Y-%m-%d") if due else plan.timeline.band.label,
            wording.title(plan.remedy),
            wording.names(found.asset_names(plan)),
            f"{wording.names(plan.vulnerabilities)} (row {plan.timeline.row}{_assumed(plan)})",
        )
    console.print(table)


def _assumed(plan: Plan) -> str:
    told = plan.timeline
    return f", {told.assumed} of {len(told.inputs)} inputs assumed" if told.assumed else ""


def _document(found: Scan) -> dict[str, Any]:
    return {
        "rows": found.reading.rows,
        "matchable": found.reading.matchable,
        "unmatchable": [structs.asdict(each) | {"key": None} for each in found.reading.unmatchable],
        "not_understood": [asdict(each) for each in found.reading.not_understood],
        "advisories": found.advisories,
        "refused": [asdict(each) for each in found.refused],
        "matches": [
            {
                "asset": each.component.asset.name,
                "vulnerability": each.vulnerability,
                "fix": each.fix,
                "certain": each.certain,
                "explanation": msgspec.to_builtins(each.explanation),
            }
            for each in found.found
        ],
        "excused": [
            {
                "asset": each.found.component.asset.name,
                "vulnerability": each.found.vulnerability,
                "because": each.because,
                "explanation": msgspec.to_builtins(each.found.explanation),
            }
            for each in found.excused
        ],
        "actions": [
            {
                "title": wording.title(plan.remedy),
                "remedy": asdict(plan.remedy),
                "assets": found.asset_names(plan),
                "vulnerabilities": plan.vulnerabilities,
                "timeline": asdict(plan.timeline),
            }
            for plan in found.plans
        ],
    }


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


@actions.command("list")
def listed(
    everything: Annotated[bool, typer.Option("--all", help="not only the first ten")] = False, as_json: AsJson = False
) -> None:
    """List what is to be done, the most pressing first."""
    answer = call("GET", "/actions", limit="200" if everything else str(AT_ONCE))
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("action", "by", "what to do", "where", "why")
    for each in answer["actions"]:
        table.add_row(
            each["public_id"],
            (each["due_at"] or each["timeline"]["band"]["label"])[: len("with the next upgrade")],
            each["title"],
            wording.names(each["assets"]),
            wording.names(each["vulnerabilities"]),
        )
    Console().print(table)
    tell_ages_of(answer)


@actions.command()
def questions(as_json: AsJson = False) -> None:
    """List the facts that are worth stating: at most five, those first that move due dates the most."""
    answer = call("GET", "/questions")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("asset", "where", "fact", "assumed now", "days to gain")
    for each in answer["questions"]:
        table.add_row(each["public_id"], each["asset_name"], each["fact"], each["assumed"], str(each["days"]))
    Console().print(table)
    tell_ages_of(answer)


@actions.command()
def counts(as_json: AsJson = False) -> None:
    """Count how many actions stand where."""
    answer = call("GET", "/actions/counts")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("actions", "how many")
    for name, count in answer.items():
        table.add_row(name, str(count))
    Console().print(table)


@actions.command()
def board(as_json: AsJson = False) -> None:
    """Show what is due by band, who has to act, and how it went week by week."""
    answer = call("GET", "/actions/board")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    due = Table("how long there is", "actions", "overdue")
    for each in answer["due"]:
        words = "with the next upgrade" if each["days"] is None else counted(each["days"], "day")
        due.add_row(words + (", evidence first" if each["forensics"] else ""), str(each["count"]), str(each["overdue"]))
    console.print(due)
    for each in answer["owners"]:
        console.print(f"{each['count']:>5} for {each['name'] or 'ourselves'}", markup=False)
    weeks = Table("week ended", "open", "claimed", "confirmed")
    for each in answer["weeks"]:
        weeks.add_row(each["ends_at"][:10], *(str(each[name]) for name in ("open", "claimed", "confirmed")))
    console.print(weeks)
    tell_ages_of(answer)


@actions.command()
def show(action: Action, as_json: AsJson = False) -> None:
    """Show one action: the steps in plain words, every match, and what happened so far."""
    answer = call("GET", f"/actions/{action}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console, told = Console(), answer["action"]
    due = told["due_at"] or told["timeline"]["band"]["label"]
    console.print(f"{told['title']}  ({told['state']}, by {due})", markup=False)
    for each in answer["steps"].values():
        if each:
            console.print(f"  {each}", markup=False)
    table = Table("where", "version", "why", "because", "from")
    for each in answer["matches"]:
        because, excuse = each["explanation"]["because"], each["excuse"]
        table.add_row(
            *(each["asset_name"], each["version"], each["vulnerability"]),
            f"put aside: {excuse['words']}" if excuse else because,
            each["explanation"]["source"]["words"],
        )
    console.print(table)
    for each in answer["history"]:
        console.print(f"{each['at'][:16]} {each['what']} {each['note']}".rstrip(), markup=False)
    tell_ages_of(answer)


@actions.command("take-back")
def take_back(action: Action, note: Annotated[str, typer.Option(help="why")] = "") -> None:
    """Take a claim back: the action is open again."""
    answer = call("POST", f"/actions/{action}/take-back", json={"note": note})
    Console().print(f"{answer['action']['title']}: {answer['action']['state']}", markup=False)


@actions.command()
def claim(
    action: Action,
    note: Annotated[str, typer.Option(help="how or when it was done")] = "",
) -> None:
    """Report an action as done; a newer inventory confirms it."""
    answer = call("POST", f"/actions/{action}/claim", json={"note": note})
    Console().print(f"{answer['action']['title']}: {answer['action']['state']}", markup=False)
