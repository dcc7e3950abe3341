from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.inventory import AsJson

app = typer.Typer(
    no_args_is_help=True, help="Whether a model is covered: its developer may ask, and nothing waits on the answer."
)
Model = Annotated[str, typer.Argument(help="the model's handle")]


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List what you asked; for the clearinghouse, what it was asked."""
    found = call("GET", "/frontier/enquiries")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("", "model", "asked", "question", "answer")
    for each in found:
        table.add_row(each["public_id"], each["model"], each["asked_at"], each["question"], each["answer"] or "—")
    Console().print(table)


@app.command()
def ask(model: Model, question: Annotated[str, typer.Argument(help="in words")]) -> None:
    """Ask whether a model of yours is covered."""
    body = {"model": model, "question": question}
    Console().print(call("POST", "/frontier/enquiries", json=body)["public_id"])


@app.command()
def answer(
    enquiry: Annotated[str, typer.Argument(help="ENQ-…")], text: Annotated[str, typer.Argument(help="in words")]
) -> None:
    """Answer an enquiry, as the clearinghouse."""
    call("POST", f"/frontier/enquiries/{enquiry}/answer", json={"text": text})


@app.command()
def released(as_json: AsJson = False) -> None:
    """List the models that you noted as released."""
    found = call("GET", "/frontier/releases")
    typer.echo(json.dumps(found, indent=2) if as_json else "\n".join(found))


@app.command()
def release(model: Model) -> None:
    """Note that a model of yours is released; nothing comes before it, and nobody else sees it."""
    call("POST", "/frontier/releases", json={"model": model})
