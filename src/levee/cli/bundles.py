from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from levee.cli.agreements import key_in
from levee.cli.frontier_files import needs_evals, plan_in, runs_in, written
from levee.cli.inventory import AsJson, bytes_of
from levee.frontier.statements import agreement_named
from levee.kernel.clock import SystemClock
from levee.kernel.errors import BadInput

Bundle = Annotated[Path, typer.Argument(metavar="BUNDLE", help="results, as levee frontier bundle wrote them")]
Runs = Annotated[Path, typer.Argument(help="what was run: one JSON object a line, or the folder of an evaluation")]
Trusted = Annotated[list[str], typer.Option("--key", help="the evaluator's public key, ed25519:…; from its agreement")]
Out = Annotated[Path, typer.Option("--out", help="where it goes")]


def bundle(  # noqa: PLR0917 - a command's options
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="the plan, a JSON file")],
    runs: Runs,
    agreement: Annotated[str, typer.Option(help="the digest of the agreement, sha256:…")],
    with_key: Annotated[
        Path, typer.Option("--key", help="the evaluator's key, as levee frontier agreement key made it")
    ],
    out: Out,
    tool: Annotated[list[str] | None, typer.Option(help="what it was run with, NAME=VERSION")] = None,
) -> None:
    """Put plan, runs and what they say into one signed file, which anyone scores again without a server."""
    found = plan_in(plan)
    from levee.frontier.bundles.writing import bundle as write  # noqa: PLC0415 - needs an extra, asked for above

    ran, tools = runs_in(runs)
    data = write(
        found,
        ran,
        agreement=agreement_named(agreement),
        tools={"levee": version("levee"), **tools, **dict(_tool(each) for each in tool or ())},
        made_at=SystemClock().now(),
        key=key_in(with_key),
    )
    written(out, data)
    typer.echo(f"{out}: {len(data):,} bytes")


def verify(file: Bundle, key: Trusted, as_json: AsJson = False) -> None:
    """Check a bundle or a view of one, and score it again; exits with 1 where one byte is not as it was signed."""
    needs_evals()
    from levee.frontier.bundles.checking import check  # noqa: PLC0415 - needs an extra, asked for above

    found = check(bytes_of(file), key)
    if as_json:
        told = {"manifest": found.manifest, "whole": found.whole, "same_code": found.same_code, "runs": len(found.runs)}
        typer.echo(json.dumps({**told, "determination": found.determination}, indent=2))
        return
    console = Console()
    console.print(
        f"[bold]{found.manifest['outcome']}[/bold], as it was signed at {found.manifest['made_at']}", highlight=False
    )
    console.print(f"plan {found.manifest['plan']}\nagreement {found.manifest['agreement']}", highlight=False)
    if found.whole:
        code = "the same code" if found.same_code else "other code than it was made with"
        console.print(
            f"all {len(found.runs):,} runs are as they were signed, and say this again, by {code}", highlight=False
        )
    else:
        console.print(
            f"{len(found.runs):,} of {found.manifest['runs']:,} runs are shown, each as it was signed; "
            "what they all say cannot be scored from a view",
            highlight=False,
        )
    console.print(str(found.determination["says"]))


def redact(
    file: Bundle,
    key: Trusted,
    out: Out,
    task: Annotated[list[str], typer.Option(help="a task whose runs are shown; give it again for more")],
) -> None:
    """Make a view that shows the runs of some tasks, proves that they were signed, and tells nothing of the others."""
    needs_evals()
    from levee.frontier.bundles.redacting import view  # noqa: PLC0415 - needs an extra, asked for above

    written(out, view(bytes_of(file), key, tasks=task))


def _tool(text: str) -> tuple[str, str]:
    name, equals, number = text.partition("=")
    if not (name and equals and number):
        raise BadInput("NAME=VERSION", place="--tool")
    return name, number
