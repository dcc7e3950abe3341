from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.frontier_files import privately_written, text_of, written
from levee.cli.inventory import AsJson, bytes_of
from levee.formats.strict_json import read_json
from levee.frontier.transcripts import leaf_of
from levee.kernel.errors import BadInput

LARGEST = 256 * 1024 * 1024

app = typer.Typer(
    no_args_is_help=True, help="Early access to a model between two members: offered, signed, given, and taken back."
)
Agreement = Annotated[str, typer.Argument(help="AGR-…")]
File = Annotated[Path, typer.Argument(help="the signed file")]
Runs = Annotated[int, typer.Option(help="how many runs there were")]
Out = Annotated[Path, typer.Option(help="where to write it")]


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List your organisation's agreements, on either side."""
    found = call("GET", "/frontier/agreements")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("", "your side", "model", "agreement", "access", "evaluation", "until")
    for each in found:
        state = {part: spoken.replace("_", " ") for part, spoken in each["state"].items()}
        table.add_row(
            each["public_id"],
            each["side"],
            each["model"],
            state["agreement"],
            state["grant"],
            state["evaluation"],
            each["ends"],
        )
    Console().print(table)


@app.command()
def show(agreement: Agreement, as_json: AsJson = False) -> None:
    """Show one: how far each part of it is, and what your side can do now."""
    found = call("GET", f"/frontier/agreements/{agreement}")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        _print(found)


@app.command()
def offer(file: File, other: Annotated[str, typer.Option("--to", help="the other side's number, ORG-…")]) -> None:
    """Offer an agreement that your side signed."""
    made = call("POST", "/frontier/agreements", json={"file": text_of(file), "other": other})
    Console().print(made["public_id"])


@app.command()
def fetch(agreement: Agreement, out: Out) -> None:
    """Fetch the signed file, with the signatures that it has."""
    written(out, call("GET", f"/frontier/agreements/{agreement}/file")["file"].encode())


@app.command()
def sign(agreement: Agreement, file: File) -> None:
    """Hand in the offered file with both signatures."""
    _hand_in(agreement, "sign", file)


@app.command()
def decline(agreement: Agreement) -> None:
    """Decline what is offered; no reason is asked."""
    _step(agreement, "decline")


@app.command()
def reword(agreement: Agreement, file: File) -> None:
    """Offer other words: after a no, or before access was given."""
    _hand_in(agreement, "reword", file)


@app.command()
def client(agreement: Agreement, key: Annotated[str, typer.Argument(help="ed25519:…")]) -> None:
    """Say whose key will call the model, before access is given."""
    _step(agreement, "client", {"key": key})


@app.command()
def give(
    agreement: Agreement,
    tokens: Annotated[int | None, typer.Option(help="in all; as agreed if left out")] = None,
    calls: Annotated[int | None, typer.Option(help="a minute; as agreed if left out")] = None,
    ends: Annotated[datetime | None, typer.Option(help="UTC; as agreed if left out")] = None,
) -> None:
    """Give the access that was agreed on, or less of it."""
    until = None if ends is None else f"{ends.isoformat()}Z"
    _step(agreement, "grant", {"tokens": tokens, "calls": calls, "ends": until})


@app.command()
def token(agreement: Agreement, out: Out) -> None:
    """Fetch the token that the client shows the gateway, into a file."""
    privately_written(out, call("POST", f"/frontier/agreements/{agreement}/token")["token"].encode())


@app.command()
def statements(out: Out) -> None:
    """Fetch what your gateway has to know by now, for `levee gateway take`; prints the key that signed it."""
    found = call("POST", "/frontier/statements")
    privately_written(out, "".join(f"{each}\n" for each in found["statements"]).encode())
    Console().print(found["key"])


@app.command()
def use(agreement: Agreement, spent: Annotated[int, typer.Argument(help="tokens, as the gateway counts them")]) -> None:
    """Say what was used, as the developer."""
    call("POST", f"/frontier/agreements/{agreement}/use", json={"spent": spent})


@app.command()
def plan(
    agreement: Agreement, digest: Annotated[str, typer.Argument(help="sha256:…, of `levee frontier plan`")]
) -> None:
    """Name the plan of an evaluation, before the first run."""
    _step(agreement, "plan", {"digest": digest})


@app.command()
def begin(agreement: Agreement) -> None:
    """Say that an evaluation runs."""
    _step(agreement, "begin")


@app.command()
def stop(agreement: Agreement, runs: Runs = 0) -> None:
    """Say that an evaluation was ended early."""
    _step(agreement, "stop", {"runs": runs})


@app.command()
def finish(agreement: Agreement, runs: Runs) -> None:
    """Say that an evaluation is done."""
    _step(agreement, "finish", {"runs": runs})


@app.command()
def determine(agreement: Agreement, bundle: Annotated[Path, typer.Argument(help="the signed bundle")]) -> None:
    """Say what came of it: what the evaluator signed at the head of a bundle leaves, and no run."""
    told = read_json(bytes_of(bundle), max_bytes=LARGEST)
    if not isinstance(told, dict) or not isinstance(told.get("manifest"), dict):
        raise BadInput("this is no bundle", place=str(bundle))
    _step(agreement, "determination", {"file": json.dumps(told["manifest"], separators=(",", ":"), sort_keys=True)})


@app.command("hand-off")
def hand_off(
    agreement: Agreement,
    finding: Annotated[str, typer.Argument(help="FND-…, as your organisation handed it in")],
    transcripts: Annotated[Path, typer.Option(help="the sealed transcripts, as fetched")],
    exchange: Annotated[int, typer.Option(min=1, help="which exchange it came up in, from 1")],
) -> None:
    """Say in which sealed exchange a finding came up: its leaf leaves, and no word of it."""
    leaf = leaf_of(bytes_of(transcripts), exchange)
    call("POST", f"/frontier/agreements/{agreement}/findings", json={"finding": finding, "leaf": leaf})
    Console().print(leaf)


@app.command()
def findings(agreement: Agreement, as_json: AsJson = False) -> None:
    """List what was handed off: the exchanges, and for the evaluator the findings."""
    found = call("GET", f"/frontier/agreements/{agreement}/findings")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("exchange", "at", "finding")
    for each in found:
        table.add_row(each["leaf"], each["at"], each["finding_id"] or "—")
    Console().print(table)


@app.command()
def withdraw(agreement: Agreement) -> None:
    """Take everything back, from any state, for good: no reason, and nobody's yes."""
    call("POST", f"/frontier/agreements/{agreement}/withdraw")
    Console().print("it is taken back; a gateway hears it when it asks next, or at once: levee gateway withdraw")


@app.command("withdraw-all")
def withdraw_all(model: Annotated[str | None, typer.Option(help="of one model alone")] = None) -> None:
    """Take back all access, or all to one model."""
    Console().print(f"{call('POST', '/frontier/withdraw', json={'model': model})['ended']} ended")


@app.command()
def certify(agreement: Agreement, file: File) -> None:
    """Hand in the certificate of deletion that both signed."""
    _hand_in(agreement, "certificate", file)


@app.command()
def certificate(agreement: Agreement, out: Out) -> None:
    """Fetch the certificate of deletion."""
    written(out, call("GET", f"/frontier/agreements/{agreement}/certificate")["file"].encode())


def _hand_in(agreement: str, step: str, file: Path) -> None:
    _step(agreement, step, {"file": text_of(file)})


def _step(agreement: str, step: str, body: dict[str, object] | None = None) -> None:
    _print(call("POST", f"/frontier/agreements/{agreement}/{step}", json=body))


def _print(found: dict[str, Any]) -> None:
    console = Console()
    console.print(f"{found['public_id']}: {found['developer']} and {found['evaluator']}, {found['model']}")
    console.print(f"the other side is {found['other_id']}; both wrote their names themselves")
    table = Table("part", "state")
    for part, state in found["state"].items():
        table.add_row(part, state.replace("_", " "))
    console.print(table)
    console.print(f"spent {found['spent']:,} of {found['tokens']:,} tokens; your side ({found['side']}) can now:")
    console.print(", ".join(found["possible"]) or "nothing")
