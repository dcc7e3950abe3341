from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.ages import tell_ages_of
from levee.cli.client import call

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
clients = typer.Typer(no_args_is_help=True, help="Operators that you serve; LEVEE_FOR=ORG-… acts for one of them.")
consents = typer.Typer(no_args_is_help=True, help="Providers that you let see or act for you.")


@clients.command("list")
def list_clients(as_json: AsJson = False) -> None:
    """List what stands with every operator that you serve, the most overdue first."""
    answer = call("GET", "/clients")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("operator", "name", "to do", "overdue", "most pressing", "newest inventory")
    for each in answer["clients"]:
        to_do = sum(due["count"] for due in each["due"])
        imported = (each["imported_at"] or "none")[:10]
        table.add_row(
            each["public_id"], each["name"], str(to_do), str(each["overdue"]), each["pressing"] or "nothing", imported
        )
    Console().print(table)
    tell_ages_of(answer)


@consents.command("list")
def list_consents(as_json: AsJson = False) -> None:
    """List whom you let in, those that ended as well."""
    answer = call("GET", "/consents")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("consent", "to", "may", "since", "until", "ended")
    for each in answer:
        may = "see and act" if each["may_act"] else "see"
        ended, until = each["ended_at"] or "", each["until"] or ""
        table.add_row(each["public_id"], each["name"], may, each["since"][:16], until[:16], ended[:16])
    Console().print(table)


@consents.command()
def give(
    intermediary: Annotated[str, typer.Argument(help="ORG-…, which the provider tells you")],
    act: Annotated[bool, typer.Option("--act", help="not only see: import, state facts, report as done")] = False,
    until: Annotated[str, typer.Option(help="when it ends by itself, such as 2027-06-30T12:00:00Z")] = "",
) -> None:
    """Let a provider in. You do this in person, after levee sign-in."""
    body = {"intermediary": intermediary, "may_act": act, "until": until or None}
    answer = call("POST", "/consents", json=body, in_person=True)
    Console().print(f"{answer['public_id']}: {answer['name']} may come in from now on", markup=False)


@consents.command()
def withdraw(consent: Annotated[str, typer.Argument(help="CST-…")]) -> None:
    """End a consent at once. You do this in person, after levee sign-in."""
    call("POST", f"/consents/{consent}/withdraw", in_person=True)
    Console().print("withdrawn")


@consents.command()
def done(as_json: AsJson = False) -> None:
    """List what was done in your name, the newest first."""
    answer = call("GET", "/consents/done")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    for each in answer:
        Console().print(f"{each['at'][:16]} {each['what']} ({each['person']}, {each['organisation']})", markup=False)
