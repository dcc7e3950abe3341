from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.inventory import AsJson
from levee.frontier.packs.reading import read
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.frontier.integrity.types import Judged


def cheats(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="an evaluation, as levee frontier run keeps it")],
    pack: Annotated[list[Path], typer.Option(help="a folder of its task pack; give it again for another part")],
    as_runs: Annotated[
        bool, typer.Option("--runs", help="print the runs, as determine reads them, with cheating")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look for cheating in what was said and run: answers that leaked, harness, network, guesses, bent tests.

    Every sign is kept, with its step and the digest of its words. A run counts as cheated where one sign is sure.
    """
    from levee.frontier.evaluations.folder import Folder, run_line, run_of, scripted_in  # noqa: PLC0415 - costs an import
    from levee.frontier.integrity.evaluated import talk_of  # noqa: PLC0415 - the same
    from levee.frontier.integrity.judging import judged  # noqa: PLC0415 - the same

    kept = Folder(folder)
    digest = kept.about()["plan"]["pack"]
    tasks = {task.name: task for task in read(pack, digest=digest, whole=()).pack.tasks}
    transcripts = kept.transcripts()
    for each in transcripts:
        if each.task not in tasks:
            raise BadInput(f"the task {each.task} is not in these folders", place="--pack", advice="name its part too")
    found = [judged(tasks[each.task], talk_of(each)) for each in transcripts]
    if as_runs:
        for run, verdict in zip(map(run_of, transcripts), found, strict=True):
            typer.echo(run_line(replace(run, cheated=verdict.cheated)))
    elif as_json:
        typer.echo(json.dumps([{**asdict(each), "cheated": each.cheated} for each in found], indent=2))
    else:
        _print(Console(), found, scripted_in(transcripts))


def _print(console: Console, found: list[Judged], scripted: str) -> None:
    table = Table("task", "run", "step", "rule", "sure", "why")
    for each in found:
        for sign in each.verdicts:
            table.add_row(each.task, str(each.epoch), str(sign.step), sign.rule, f"{sign.confidence:.1f}", sign.why)
    if table.row_count:
        console.print(table)
    cheated = sum(each.cheated for each in found)
    console.print(f"{cheated} of {len(found)} runs count as cheated", highlight=False)
    rules = Counter(sign.rule for each in found for sign in each.verdicts)
    console.print(", ".join(f"{rule}: {count}" for rule, count in sorted(rules.items())) or "no sign of any")
    console.print("Rules find signs, and miss what nobody thought of. Read a step before you rely on it.")
    if scripted:
        console.print(f"These are runs of a scripted agent ({scripted}), and say nothing of any model.")
