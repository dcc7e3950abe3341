from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.inventory import AsJson

Case = Annotated[str, typer.Argument(help="CAS-…")]
app = typer.Typer(no_args_is_help=True, help="Mitigations for single operators, before a flaw is public.")


def notices(as_json: AsJson = False) -> None:
    """Read what the clearinghouse tells your organisation before a flaw is public."""
    found = call("GET", "/notices")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for each in found:
        Console().print(f"{each['label']}  {each['product']}  {each['at']}", markup=False)
        Console().print(each["text"], markup=False)


@app.command("list")
def listed(case: Case, as_json: AsJson = False) -> None:
    """List what operators were told of a case, and who."""
    found = call("GET", f"/cases/{case}/notices")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for each in found:
        Console().print(
            f"{each['label']}  {each['product']}  {each['at']}, {each['by']}: {each['because']}", markup=False
        )
        Console().print(each["text"], markup=False)
        for one in each["recipients"]:
            Console().print(f"  {one['name']}: {one['reason']}", markup=False)


@app.command()
def suggestions(case: Case, as_json: AsJson = False) -> None:
    """List who runs what the case is about, each with the reason."""
    found = call("GET", f"/cases/{case}/notices/suggestions")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("organisation", "name", "reason", "because")
    for each in found:
        table.add_row(each["public_id"], each["name"], each["reason"], each["because"])
    Console().print(table)


@app.command()
def send(  # noqa: PLR0917 - a notice has these
    case: Case,
    product: Annotated[str, typer.Option(help="what it is about, as its maker calls it")],
    text: Annotated[str, typer.Option(help="what to do; no word of it stands in what describes the flaw")],
    to: Annotated[list[str], typer.Option(help="ORG-…; may be repeated")],
    because: Annotated[str, typer.Option("--because", "-b", help="why, and why these; recorded")],
    label: Annotated[str, typer.Option(help="TLP:AMBER+STRICT, TLP:AMBER or TLP:RED")] = "TLP:AMBER+STRICT",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="send without asking")] = False,
) -> None:
    """Give operators a mitigation; what each of them will read is shown first."""
    Console().print(f"{label}  {product}\n{text}", markup=False)
    if not yes:
        typer.confirm(f"Send exactly this to {len(to)}?", abort=True)
    body = {"product": product, "text": text, "label": label, "recipients": to, "because": because}
    call("POST", f"/cases/{case}/notices", json=body)
    Console().print("given; a letter to each says which page to open")
