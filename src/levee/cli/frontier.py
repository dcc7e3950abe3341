from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from levee.cli import bundles, cheats, deletions, evaluations, transcripts
from levee.cli.agreements import app as agreements
from levee.cli.frontier_access import app as access
from levee.cli.frontier_enquiries import app as enquiries
from levee.cli.frontier_files import plan_in, runs_in
from levee.cli.frontier_partners import app as partners
from levee.cli.inventory import AsJson
from levee.cli.packs import app as packs
from levee.cli.rehearsal import rehearse
from levee.frontier.course.exploring import INVARIANTS, explore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from levee.frontier.course.exploring import Explored

app = typer.Typer(no_args_is_help=True, help="Evaluations of AI models: what was planned, and what came of it.")

app.add_typer(agreements, name="agreement")
app.add_typer(packs, name="pack")
app.add_typer(access, name="access")
app.add_typer(partners, name="partners")
app.add_typer(enquiries, name="enquiries")
app.command()(bundles.bundle)
app.command()(bundles.verify)
app.command()(bundles.redact)
app.command("open")(transcripts.open_)
app.command()(transcripts.fetch)
app.command()(evaluations.run)
app.command()(rehearse)
app.command()(evaluations.runs)
app.command()(cheats.cheats)
app.command()(deletions.delete)
app.add_typer(deletions.app, name="certificate")

PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="the plan, a JSON file")]
WIDTH = 50


@app.command()
def plan(file: PlanFile, as_json: AsJson = False) -> None:
    """Check a plan before the first run, and print its digest and what each look will take to decide."""
    found = plan_in(file)
    from levee.frontier.determination.spending import boundaries  # noqa: PLC0415 - needs an extra, asked for above

    limits = boundaries(found.looks, found.error, found.spending)
    if as_json:
        typer.echo(json.dumps({"digest": found.digest, "looks": found.looks, "boundaries": limits}, indent=2))
        return
    console = Console()
    console.print(f"{found.digest}\nName this digest before the first run: what is decided on is what it stands for.")
    table = Table("after tasks", "runs", "decided beyond (standard errors)")
    for look, limit in zip(found.looks, limits, strict=True):
        table.add_row(str(look), str(look * found.epochs), f"{limit:.3f}")
    console.print(table)


@app.command()
def determine(
    file: PlanFile,
    runs: bundles.Runs,
    as_json: AsJson = False,
) -> None:
    """Compare runs with the threshold of their plan: above, below or undecided; on this machine alone."""
    found = plan_in(file)
    from levee.frontier.determination.telling import determination  # noqa: PLC0415 - needs an extra, asked for above

    told = determination(found, runs_in(runs)[0])
    if as_json:
        typer.echo(json.dumps(told, indent=2))
    else:
        _print(Console(), told)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Go through every state there is: whether access stays voluntary in each; exits with 1 where it does not."""
    found = explore()
    if as_json:
        typer.echo(json.dumps({**asdict(found), "invariants": INVARIANTS}, indent=2))
    else:
        _print_explored(Console(), found)
    if found.breaches:
        raise typer.Exit(1)


def _print_explored(console: Console, found: Explored) -> None:
    console.print(f"{found.states:,} states and {found.steps:,} steps between them", highlight=False)
    console.print(
        f"in {found.withdrawable / found.states:.0%} either side can take everything back by one step", highlight=False
    )
    console.print(f"in {found.waiting:,} a release waits on anybody", highlight=False)
    broken = {each.invariant: each for each in found.breaches}
    table = Table("invariant", "holds")
    for name, says in INVARIANTS.items():
        table.add_row(f"{name}: {says}", "no" if name in broken else "yes")
    console.print(table)
    for each in found.breaches:
        state = ", ".join(f"{part} {now}" for part, now in each.state.items())
        console.print(f"{each.invariant} does not hold where {state}", style="red", markup=False)


def _print(console: Console, told: Mapping[str, Any]) -> None:
    plan, last = told["plan"], told["looks"][-1]
    console.print(f"[bold]{told['outcome']}[/bold] the threshold of {plan['threshold']:.0%}", highlight=False)
    if not told["finished"]:
        console.print(f"Not finished: the plan goes on to {plan['looks'][-1]} tasks.")
    table = Table("after tasks", "rate", "interval", f"0 %{' ' * (WIDTH - 8)}100 %")
    for each in told["looks"]:
        interval = f"{each['low']:.1%} to {each['high']:.1%}"
        table.add_row(str(each["tasks"]), f"{each['rate']:.1%}", interval, drawn(each, plan["threshold"]))
    console.print(table)
    console.print(f"{told['runs']['looked_at']} runs of {last['tasks']} tasks; plan {plan['digest']}", highlight=False)
    _print_cheating(console, told)
    _print_curve(console, "tokens a run", told["over_tokens"])
    _print_curve(console, "tries at a task", told["over_tries"])
    _print_horizon(console, told["horizon"])
    console.print(told["says"])


def drawn(each: Mapping[str, Any], threshold: float | None = None) -> str:
    """An interval on a line from 0 to 100 per cent: `├──●──┤`, and `|` where the threshold is."""
    line = [" "] * WIDTH
    low, middle, high = (min(WIDTH - 1, int(each[name] * WIDTH)) for name in ("low", "rate", "high"))
    line[low : high + 1] = "─" * (high - low + 1)
    line[low], line[high] = "├", "┤"
    if threshold is not None:
        line[int(threshold * WIDTH)] = "|"
    line[middle] = "●"
    return "".join(line)


def _print_cheating(console: Console, told: Mapping[str, Any]) -> None:
    if not told["runs"]["cheated"]:
        return
    console.print(f"{told['runs']['cheated']} runs cheated. If such a run counts as", highlight=False)
    for counts, words in (("fail", "failed"), ("drop", "not run"), ("count", "it ended")):
        each = told["if_cheating"][counts]
        console.print(f"  {words}: {each['outcome']}, {each['rate']:.1%} ({each['low']:.1%} to {each['high']:.1%})")
    if told["rests_on_cheating"]:
        console.print("The outcome rests on how cheating is counted.")


def _print_curve(console: Console, over: str, points: Iterable[Mapping[str, Any]]) -> None:
    table = Table(over, "rate", f"0 %{' ' * (WIDTH - 8)}100 %")
    for each in points:
        table.add_row(f"{each['at']:,}", f"{each['rate']:.1%}", drawn(each))
    if table.row_count > 1:
        console.print(table)


def _print_horizon(console: Console, horizon: Mapping[str, Any]) -> None:
    for each in horizon.get("minutes", ()):
        low, middle, high = (_length(each[name]) for name in ("low", "minutes", "high"))
        console.print(f"{each['share']:.0%} solved at {middle} of people's time ({low} to {high})", highlight=False)
    if "none" in horizon:
        console.print(f"No time horizon: {horizon['none']}.", highlight=False)


def _length(minutes: float | None) -> str:
    if minutes is None:
        return "no limit"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"  # noqa: PLR2004 - two hours
