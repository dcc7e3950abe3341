from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import rich.progress
import typer
from rich.console import Console
from rich.table import Table

from levee.kernel.errors import BadInput
from levee.kernel.ids import parse_public_id
from levee.ledger.core.checkpoints import VerifierKey
from levee.ledger.core.verify import verify_export
from levee.platform.database.roles import DbRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.ledger.core.verify import Report
    from levee.ledger.types import LogName, Reach

app = typer.Typer(no_args_is_help=True, help="Check, export and question the ledger.")

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]


@app.command()
def verify(
    export: Annotated[
        Path | None, typer.Option(help="an export to check offline; the database where none is given")
    ] = None,
    key: Annotated[str, typer.Option(help="the house's key, had from elsewhere: name+id+base64")] = "",
    as_json: AsJson = False,
) -> None:
    """Check that nothing was changed: an export, offline and without trust, or the whole database."""
    trusted = VerifierKey.parse(key) if key else None
    if export is not None:
        _verify_export(export, trusted, as_json=as_json)
    else:
        _verify_database(trusted, as_json=as_json)


def _verify_export(path: Path, trusted: VerifierKey | None, *, as_json: bool) -> None:
    console = Console(stderr=True)
    try:
        with rich.progress.open(path, "rb", description="reading", console=console, transient=True) as lines:
            report = verify_export(lines, trusted=trusted)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=str(path)) from error
    if as_json:
        problems = [asdict(problem) for problem in report.problems]
        told = {"log": report.log, "key": report.key, "trusted": report.trusted, "entries": report.entries}
        typer.echo(json.dumps({**told, "withheld": report.withheld, "problems": problems}, indent=2))
    else:
        _tell(report)
    if not report.sound:
        raise typer.Exit(1)


def _tell(report: Report) -> None:
    console = Console(highlight=False)
    for problem in report.problems:
        console.print(f"{problem}", markup=False, style="red")
    console.print(
        f"{report.log or 'unreadable'}: {report.entries} entries, {len(report.checkpoints)} checkpoints hold, "
        f"{report.withheld} fields withheld, {len(report.problems)} problems",
        markup=False,
    )
    if not report.trusted:
        console.print(f"signed by {report.key}", markup=False)
        console.print("hold this key against one from another source, or give it with --key", style="dim")


def _verify_database(trusted: VerifierKey | None, *, as_json: bool) -> None:
    results = []
    with _asking(), Console(stderr=True).status("checking every log") as status:
        from levee.ledger import selectors  # noqa: PLC0415 - needs Django

        for result in selectors.verify(trusted):
            results.append(result)
            status.update(f"checked {len(results)} logs, {sum(each.entries for each in results)} entries")
    wrong = [(each.log, problem) for each in results for problem in each.problems]
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in results], indent=2))
    else:
        for log, problem in wrong:
            typer.echo(f"{log}: {problem}")
        typer.echo(f"{len(results)} logs, {sum(each.entries for each in results)} entries, {len(wrong)} problems")
    if wrong:
        raise typer.Exit(1)


@app.command()
def export(
    log: Annotated[str, typer.Argument(help="public, internal, ORG-… or CAS-…")],
    out: Annotated[Path | None, typer.Option(help="a file; standard output where none is given")] = None,
) -> None:
    """Write a log as JSON lines that anybody can check with `levee ledger verify --export`."""
    with _asking():
        from levee.ledger import reading  # noqa: PLC0415 - needs Django

        lines = list(reading.export_lines(_log_named(log)))
    if not lines:
        raise BadInput(
            "this log has no checkpoint yet",
            place=log,
            advice="entries are covered within a tick, in public within the hour",
        )
    data = b"".join(lines)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        out.write_bytes(data)


def _log_named(text: str) -> LogName:
    from levee.ledger.types import INTERNAL, PUBLIC, LogName  # noqa: PLC0415 - needs Django

    named = {"public": PUBLIC, "internal": INTERNAL}.get(text)
    if named is not None:
        return named
    if text.startswith("CAS-"):
        return LogName("case", parse_public_id("CAS", text))
    return LogName("organisation", parse_public_id("ORG", text))


@app.command()
def radius(
    since: Annotated[datetime, typer.Option(help="an instant, UTC: 2026-11-23T09:00:00")],
    token: Annotated[str, typer.Option(help="TOK-…")] = "",
    person: Annotated[str, typer.Option(help="PER-…, a person or an agent")] = "",
    worker: Annotated[bool, typer.Option("--worker", help="the workers' runs")] = False,
    as_json: AsJson = False,
) -> None:
    """List every subject that a lost token, a person or the workers could have read since an instant."""
    if [bool(token), bool(person), worker].count(True) != 1:
        raise typer.BadParameter("give one of --token, --person, --worker")
    with _asking():
        reach = _reach(token, person, since.replace(tzinfo=since.tzinfo or UTC))
    if as_json:
        typer.echo(json.dumps([_told(each) for each in reach], indent=2))
        return
    table = Table("what", "id", "as", "through", "since", "until")
    for each in reach:
        told = _told(each)
        table.add_row(told["kind"], told["id"], told["as"], told["through"] or "a run of a job", *_instants(each))
    Console().print(table)
    typer.echo(f"{len(reach)} that could have been read; own stands for all that belongs to the organisation")


def _told(reach: Reach) -> dict[str, str]:
    since, until = _instants(reach)
    return {
        "kind": reach.kind.value,
        "id": reach.public_id,
        "as": reach.capacity,
        "through": reach.through,
        "since": since,
        "until": until,
    }


def _instants(reach: Reach) -> tuple[str, str]:
    until = reach.until.astimezone(UTC).isoformat(timespec="seconds") if reach.until else ""
    return reach.since.astimezone(UTC).isoformat(timespec="seconds"), until


def _reach(token: str, person: str, since: datetime) -> tuple[Reach, ...]:
    from levee.ledger import selectors  # noqa: PLC0415 - needs Django

    if token:
        return selectors.radius_of_token(parse_public_id("TOK", token), since)
    if person:
        return selectors.radius_of_principal(parse_public_id("PER", person), since)
    return selectors.radius_of_workers(since)


@contextmanager
def _asking() -> Iterator[None]:
    from levee.app import boot  # noqa: PLC0415 - commands load what they need when they need it

    server = boot(DbRole.LEDGER)
    try:
        yield
    finally:
        server.close()
