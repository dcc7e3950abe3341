from __future__ import annotations

import json
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from levee.cli.agreements import key_in
from levee.cli.frontier_files import plan_in, runs_in
from levee.cli.inventory import AsJson, bytes_of
from levee.kernel.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from levee.frontier.evaluations.types import Order, Slots

PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="the plan, a JSON file")]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="where everything of the evaluation is kept")]


def run(  # noqa: PLR0917 - a command's options
    plan: PlanFile,
    folder: Folder,
    pack: Annotated[list[Path], typer.Option(help="a folder of the task pack; give it again for another part")],
    named: Annotated[str, typer.Option(help="the plan's digest, as it was named before the first run")],
    gateway: Annotated[str, typer.Option(help="its address: https://…")],
    token_file: Annotated[Path, typer.Option(help="a file with the token of the grant")],
    key: Annotated[Path, typer.Option(help="the client's key, which the token names")],
    agreement: Annotated[Path | None, typer.Option(help="the agreement that both signed; needed for a model")] = None,
    scripted: Annotated[str, typer.Option(help="the scripted agent that stands where a model would")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="go on with what is in the folder")] = False,
    tasks: Annotated[int, typer.Option(help="how many tasks by now, for a look; 0 for all of the plan")] = 0,
    samples: Annotated[int, typer.Option(min=1, help="runs at the same time")] = 2,
    turns: Annotated[int, typer.Option(min=1, help="answers of the model in a run, at most")] = 100,
    minutes: Annotated[int, typer.Option(min=1, help="of a run, at most")] = 120,
    answer: Annotated[int, typer.Option(min=1, help="tokens of an answer, at most")] = 4096,
    context: Annotated[
        int, typer.Option(min=1, help="tokens of four bytes that the model's host takes at once")
    ] = 1_000_000,
    seconds: Annotated[int, typer.Option(min=1, help="of one command, at most")] = 60,
    seed: Annotated[int, typer.Option(help="what the seed of each run is made from")] = 0,
    price: Annotated[float, typer.Option(min=0, help="of a million tokens; shown as it is spent")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Run a task pack against a model behind a gateway, as planned; exits with 1 where it does not finish.

    The model's commands run in a sandbox of this host, which needs root. It shares its kernel with the host, and is
    for models of low capability only: it is refused where the agreement wants a machine of its own.
    """
    from levee.frontier.evaluations import ordering  # noqa: PLC0415 - no other command pays for it
    from levee.frontier.evaluations.folder import Folder as Kept  # noqa: PLC0415 - the same
    from levee.frontier.evaluations.types import Order, Settings  # noqa: PLC0415 - the same

    ordering.tools(scripted)
    found = plan_in(plan)
    tasks = tasks or found.looks[-1]
    ordering.check_plan(found, named, tasks)
    ordering.pack_of(pack, found, tasks)
    token = bytes_of(token_file).decode("ascii", "replace").strip()
    claimed = ordering.claimed(token, int(SystemClock().now().timestamp()))
    ordering.check_sandbox(bytes_of(agreement) if agreement else None, claimed, scripted)
    order = Order(
        packs=tuple(str(each.absolute()) for each in pack),
        folder=str(folder.absolute()),
        plan=found,
        tasks=tasks,
        resume=resume,
        gateway=gateway,
        token=token,
        key=key_in(key).private_bytes_raw().hex(),
        agreement=claimed.agreement,
        model=claimed.model,
        scripted=scripted,
        settings=Settings(
            turns=turns,
            minutes=minutes,
            answer=answer,
            context=context,
            seconds=seconds,
            samples=samples,
            seed=seed,
            price=price,
        ),
        slots=_slots(),
    )
    kept = Kept(folder.absolute())
    kept.begin(ordering.about(order), resume=resume)
    done = len(kept.transcripts())
    last = _heard(order, done=done, as_json=as_json)
    if last.get("ended") != "finished":
        raise typer.Exit(1)


def runs(
    folder: Folder,
    escapes: Annotated[bool, typer.Option("--escapes", help="what became of each way out that was tried")] = False,
) -> None:
    """Print the runs of an evaluation that are over, one JSON object a line, as `determine` and `bundle` read them."""
    from levee.frontier.evaluations.folder import run_line  # noqa: PLC0415 - no other command pays for it

    if escapes:
        _print_escapes(folder)
        return
    for each in runs_in(folder)[0]:
        typer.echo(run_line(each))


def _print_escapes(folder: Path) -> None:
    from levee.frontier.evaluations.folder import Folder as Kept  # noqa: PLC0415 - as above
    from levee.frontier.rehearsal.escapes import escaped, report  # noqa: PLC0415 - as above

    found = [(call.given, call.output) for each in Kept(folder).transcripts() for call in each.calls]
    outputs: dict[str, str] = {}
    for command, output in found:
        outputs[command] = outputs.get(command, "") + output
    told = report(outputs)
    table = Table("way out", "became")
    for name, became in told.items():
        table.add_row(name, became)
    Console().print(table)
    if list(escaped(told)):
        raise typer.Exit(1)


def _slots() -> Slots:
    from levee.frontier.evaluations.types import Slots  # noqa: PLC0415 - as above
    from levee.platform.sandbox.slots import RUNTIME  # noqa: PLC0415 - as above
    from levee.settings import settings  # noqa: PLC0415 - as above

    chosen = settings()
    return Slots(
        first_user=chosen.slot_uid,
        count=chosen.sandbox_slots,
        runtime=str(RUNTIME),
        data_folder=str(chosen.data_folder),
    )


def _heard(order: Order, *, done: int, as_json: bool) -> dict[str, Any]:
    """Run it, and show what it says; a signal to end ends the worker as well."""
    from levee.frontier.evaluations.starting import evaluate  # noqa: PLC0415 - as above

    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with closing(evaluate(order)) as events:
            if as_json:
                return _passed_on(events)
            return _shown(Console(), events, order.tasks * order.plan.epochs, done)
    finally:
        signal.signal(signal.SIGTERM, before)


def _passed_on(events: Iterable[dict[str, Any]]) -> dict[str, Any]:
    last: dict[str, Any] = {}
    for last in events:
        typer.echo(json.dumps(last))
    return last


def _shown(console: Console, events: Iterable[dict[str, Any]], whole: int, done: int) -> dict[str, Any]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f} of {task.total:.0f}"))
    last: dict[str, Any] = {}
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        bar = progress.add_task("runs", total=whole, completed=done)
        for last in events:
            if last["event"] == "over":
                break
            cost = f", {last['cost']:,.2f}" if last["cost"] else ""
            progress.update(bar, description=f"{last['all_tokens']:,} tokens{cost}")
            if last["event"] == "ended":
                progress.advance(bar)
                progress.console.print(_line(last), highlight=False, markup=False)
    console.print(str(last.get("message", "")), highlight=False, markup=False)
    return last


def _line(told: Mapping[str, Any]) -> str:
    outcome = "solved" if told["success"] else "not solved"
    limit = f", no {told['limit']} left" if told["limit"] else ""
    return f"{told['task']}, run {told['epoch']}: {outcome}{limit}, {told['tokens']:,} tokens"
