from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from levee.cases.rules.claims import CLAIM
from levee.cases.rules.crossing import RULES, joint_states
from levee.cases.rules.embargo import CONSENT, EMBARGO
from levee.cases.rules.facts import every_state
from levee.cases.rules.histories import DESIDERATA, by_luck, histories, numbers_met, read_history, walk, zero_days
from levee.cases.rules.reports import REPORT
from levee.cli.inventory import AsJson
from levee.formats.vultron import MESSAGES, ONLY_HERE, STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.cases.rules.facts import Facts
    from levee.cases.rules.histories import Walk
    from levee.cases.rules.machines import Machine

app = typer.Typer(help="What can happen in a case, and in which order; on this machine alone.")
MACHINES: Sequence[Machine[Any, Any]] = (REPORT, EMBARGO, CONSENT, CLAIM)


@app.callback(invoke_without_command=True)
def rules(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print each machine with its steps, the rules across machines, and what can be counted from them."""
    if context.invoked_subcommand is not None:
        return
    if as_json:
        typer.echo(json.dumps(_told(), indent=2))
        return
    console = Console()
    for machine in MACHINES:
        _print_machine(console, machine)
    _print_facts(console)
    grid = Table("rule", "binds", "says", title="Rules across machines", title_justify="left")
    for number, rule in RULES.items():
        grid.add_row(str(number), rule.strength.value, rule.says)
    console.print(grid)
    for name, count in counts().items():
        console.print(f"{name.replace('_', ' ')}: {count}", highlight=False)


@app.command()
def check(
    given: Annotated[list[str], typer.Argument(metavar="HISTORY...", help="such as VFDPXA, or the beginning of one")],
    as_json: AsJson = False,
) -> None:
    """Say of each history whether it is legal, what it meets, and how likely it is; exits with 1 where one is not."""
    walks = [walk(read_history(each)) for each in given]
    if as_json:
        typer.echo(json.dumps([_walk(each) for each in walks], indent=2))
    else:
        _print_walks(walks)
    if not all(each.legal for each in walks):
        raise typer.Exit(1)


@app.command()
def vultron(*, as_json: AsJson = False) -> None:
    """Print which step here each message type of Vultron is, and what has no counterpart."""
    if as_json:
        told = [
            {
                "message": name,
                "says": each.says,
                "step": each.step,
                "within": sorted(each.within),
                "why_not": each.why_not,
            }
            for name, each in MESSAGES.items()
        ]
        typer.echo(json.dumps({"messages": told, "states": STATES, "only_here": ONLY_HERE}, indent=2))
        return
    console = Console()
    grid = Table("message", "says", "step here", title=f"Vultron's {len(MESSAGES)} message types", title_justify="left")
    for name, each in MESSAGES.items():
        where = f" where it is {' or '.join(sorted(each.within))}" if each.within else ""
        grid.add_row(name, each.says, f"{' '.join(each.step)}{where}" if each.step else f"none: {each.why_not}")
    console.print(grid)
    for moves, names in STATES.items():
        console.print(f"{moves}: " + ", ".join(f"{ours} {theirs}" for ours, theirs in names.items()), markup=False)
    for moves, why in ONLY_HERE.items():
        console.print(f"{moves} is no message: {why}", markup=False)


def counts() -> dict[str, int]:
    """What follows from the tables by counting."""
    states, every = every_state(), list(histories())
    return {
        "rm_transitions": len(REPORT.steps),
        "em_transitions": len(EMBARGO.steps),
        "pec_transitions": len(CONSENT.steps),
        "cs_states": len(states),
        "structural_edges": sum(len(each.structural) for each in states),
        "legal_edges": sum(len(each.legal) for each in states),
        "ephemeral_states": sum(each.forced is not None for each in states),
        "legal_histories": len(every),
    } | {name: len(left) for name, left in joint_states()}


def _told() -> dict[str, Any]:
    return {
        "machines": [
            {
                "name": machine.name,
                "start": machine.start,
                "ends": sorted(machine.ends),
                "transitions": [
                    {"from": before, "verb": verb, "to": after} for (before, verb), after in machine.steps.items()
                ],
            }
            for machine in MACHINES
        ],
        "facts": [
            {
                "state": str(each),
                "next": [str(each.after(event)) for event in each.legal],
                "ephemeral": bool(each.forced),
            }
            for each in every_state()
        ],
        "rules": [{"rule": number, "strength": rule.strength, "says": rule.says} for number, rule in RULES.items()],
        "counts": counts(),
        "desiderata": {f"{a}{b}": round(float(by_luck()[f"{a}{b}"]), 3) for a, b in DESIDERATA},
        "histories_by_desiderata_met": numbers_met(histories()),
    }


def _next(state: Facts) -> list[str]:
    return [str(state.after(event)) for event in state.legal]


def _walk(each: Walk) -> dict[str, Any]:
    return {
        "history": each.history,
        "legal": each.legal,
        "complete": each.complete,
        "why_not": each.why_not,
        "desiderata_met": each.met,
        "probability": float(each.probability),
        "zero_day": zero_days(each.reached),
    }


def _print_machine(console: Console, machine: Machine[Any, Any]) -> None:
    grid = Table("from", "verb", "to", title=f"{machine.name}: {machine.of}, {len(machine.steps)} steps")
    grid.title_justify = "left"
    for (before, verb), after in machine.steps.items():
        grid.add_row(before.value, verb.value, after.value)
    console.print(grid)


def _print_facts(console: Console) -> None:
    grid = Table("state", "next", title="CS: what has happened, 32 states; only one thing can follow those marked !")
    grid.title_justify = "left"
    for each in every_state():
        grid.add_row(f"{each}{' !' if each.forced else ''}", " ".join(_next(each)))
    console.print(grid)


def _print_walks(walks: Sequence[Walk]) -> None:
    console = Console()
    for each in walks:
        if not each.legal:
            console.print(f"{each.history}: not legal: {each.why_not}", markup=False, highlight=False)
            continue
        part = "" if each.complete else "so far, "
        console.print(
            f"{each.history}: legal; {part}{len(each.met)} of {len(DESIDERATA)} met ({' '.join(each.met) or 'none'}); "
            f"by chance 1 in {float(1 / each.probability):.0f}",
            markup=False,
            highlight=False,
        )
