from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.kernel.errors import BadInput

targets = typer.Typer(no_args_is_help=True, help="Source targets that proofs are run on.")

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
Finding = Annotated[str, typer.Argument(help="FND-…")]


def queue(as_json: AsJson = False) -> None:
    """List what waits for a person, oldest first."""
    answer = call("GET", "/validation/queue")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("finding", "target", "effect", "contrast", "why")
    for each in answer:
        effect = f"{each['effect_shown']} of {each['effect_runs']}" if each["effect_runs"] else "not run"
        table.add_row(each["finding"], each["target"], effect, each["contrast"], each["detail"])
    Console().print(table)


def verdict(finding: Finding, as_json: AsJson = False) -> None:
    """Show the verdict on a finding: effect, contrast, contract, reach."""
    answer = call("GET", f"/findings/{finding}/verdict")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("field", "says", show_header=False)
    table.add_row("verdict", answer["result"].replace("_", " "))
    table.add_row("effect", f"shown in {answer['effect_shown']} of {answer['effect_runs']} runs")
    table.add_row("contrast", f"{answer['contrast']} {answer['contrast_build']}".strip())
    table.add_row("contract", answer["contract"] or "nobody said")
    table.add_row("reach", answer["reach"])
    table.add_row("because", answer["detail"])
    said = answer["said"]
    if said:
        table.add_row("said", f"{said['judgement'].replace('_', ' ')} by {said['name']}: {said['statement']}")
    Console().print(table)


def judge(
    finding: Finding,
    judgement: Annotated[
        str, typer.Argument(help="accepted_on_evidence, contract_stated, own_package, declined or forged")
    ],
    statement: Annotated[str, typer.Option("--statement", "-s", help="on what it rests")],
) -> None:
    """Judge a finding, in your own name."""
    call("POST", f"/findings/{finding}/judgements", json={"judgement": judgement, "statement": statement})
    Console().print(f"{finding}: {judgement.replace('_', ' ')}")


def accuracy(as_json: AsJson = False) -> None:
    """Show how often your organisation's findings were right, of those that another party judged."""
    answer = call("GET", "/accuracy")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    percent = "nothing was judged yet" if answer["percent"] is None else f"{answer['percent']} percent"
    Console().print(f"{answer['right']} right, {answer['wrong']} wrong: {percent}")


@targets.command("add")
def add_target(
    name: Annotated[str, typer.Argument(help="as findings call it, source:NAME")],
    folder: Annotated[Path, typer.Argument(help="its source, with a levee-target.json")],
    only_for: Annotated[str, typer.Option(help="ORG-…, parted by commas; every member where none is given")] = "",
) -> None:
    """Register a source target; its version is the manifest's."""
    from levee.validation.engine.fetching import folder_target  # noqa: PLC0415 - only this command packs a folder

    answer = call("POST", f"/targets/{name}", body=folder_target(folder).archives[0].data, only_for=only_for)
    Console().print(f"registered {answer['spec']}")


@targets.command("control")
def add_control(
    target: Annotated[str, typer.Argument(help="NAME@VERSION")],
    proof: Annotated[Path, typer.Argument(help="a proof of something else in it")],
) -> None:
    """Keep a control proof: an honest, narrow patch leaves it alone."""
    name, _, version = target.partition("@")
    try:
        data = proof.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=str(proof)) from error
    call("POST", f"/targets/{name}/{version}/controls", body=data)
    Console().print(f"kept for {target}")


@targets.command("list")
def list_targets(as_json: AsJson = False) -> None:
    """List the registered source targets, newest first."""
    answer = call("GET", "/targets")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("target", "bytes", "control proofs", "digest")
    for each in answer:
        table.add_row(each["spec"], str(each["size"]), str(each["controls"]), each["digest"][:16])
    Console().print(table)


def add_to(app: typer.Typer) -> None:
    """Add the commands that ask the server."""
    for each in (queue, verdict, judge, accuracy):
        app.command()(each)
