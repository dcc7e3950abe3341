from __future__ import annotations

import sys

import typer
from rich.console import Console

from levee.cli import (
    alerts,
    brief,
    cases,
    clusters,
    exceptions,
    exposure,
    feeds,
    findings,
    fixes,
    forensics,
    house,
    intermediaries,
    inventory,
    keeping,
    ledger,
    looking,
    operator,
    people,
    priority,
    validation,
    verdicts,
    versions,
)
from levee.cli.demo import demo
from levee.kernel.errors import LeveeError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(findings.app, name="findings")
app.add_typer(ledger.app, name="ledger")
verdicts.add_to(validation.app)
app.add_typer(validation.app, name="validation")
app.add_typer(verdicts.targets, name="targets")
app.add_typer(clusters.app, name="clusters")
app.add_typer(fixes.app, name="fixes")
app.add_typer(inventory.app, name="inventory")
app.add_typer(exposure.app, name="exposure")
app.add_typer(feeds.app, name="feeds")
app.add_typer(versions.app, name="versions")
app.add_typer(exposure.actions, name="actions")
app.add_typer(alerts.app, name="alerts")
app.add_typer(priority.app, name="priority")
app.add_typer(exceptions.app, name="exceptions")
app.add_typer(forensics.app, name="forensics")
app.add_typer(operator.app, name="operator")
app.add_typer(cases.app, name="cases")
app.add_typer(intermediaries.clients, name="clients")
app.add_typer(intermediaries.consents, name="consents")
app.command()(demo)
app.command()(brief.brief)
people.add_to(app)
looking.add_to(app)
house.add_to(app)
keeping.add_to(app)


@app.callback()
def levee() -> None:
    """Levee, an open AI cybersecurity clearinghouse."""


def main() -> None:
    """Run the command; errors print what is wrong and what to do, and exit with 1 (2 for usage)."""
    try:
        app()
    except LeveeError as error:
        console = Console(stderr=True)
        console.print(f"error: {error}", markup=False, style="red")
        if error.advice():
            console.print(error.advice(), markup=False)
        sys.exit(1)
