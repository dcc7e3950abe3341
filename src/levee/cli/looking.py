"""Questions about the whole house: its letters and its measures."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.policy.told import told

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]


def outbox(as_json: AsJson = False) -> None:
    """Show the newest letters; for administrators of the clearinghouse."""
    answer = call("GET", "/outbox")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    for each in answer:
        left = f"left {each['sent_at'][:16]}" if each["sent_at"] else "waits"
        console.rule(f"{each['address']}, {left}", align="left")
        typer.echo(each["text"])
    if not answer:
        console.print("no letters")


def policy(as_json: AsJson = False) -> None:
    """Print who may do what, in which role and capacity; from the policy table of this program, without a server."""
    if as_json:
        typer.echo(json.dumps([asdict(line) for line in told()], indent=2))
        return
    console = Console()
    for subject, lines in groupby(told(), key=lambda line: line.subject):
        table = Table(
            "what", "who", "role", "organisation", "part", "others learn", title=subject, title_justify="left"
        )
        for line in lines:
            says = f"{line.says} ({line.action.value})"
            table.add_row(says, line.who, line.roles, line.of, line.part, line.otherwise)
        console.print(table)


def measures(as_json: AsJson = False) -> None:
    """Show how many are left at each step of the way, and how long the steps take."""
    answer = call("GET", "/measures")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    for heading, rows in (("step", answer["steps"]), ("verdict", answer["results"])):
        table = Table(heading, "how many")
        for each in rows:
            table.add_row(each["name"], str(each["count"]))
        console.print(table)
    times = Table("how long", "median hours", "over")
    for each in answer["times"]:
        times.add_row(each["step"], f"{each['hours']:,.1f}", str(each["over"]))
    console.print(times)
