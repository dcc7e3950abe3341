from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from levee.cli.agreements import key_in, opening_key_in
from levee.cli.frontier_files import privately_written, written
from levee.cli.inventory import AsJson, bytes_of
from levee.cli.transcripts import needs_sealing
from levee.formats.strict_json import read_json
from levee.frontier.agreements.signing import read_signed, signed_by
from levee.frontier.deletion.canaries import read_canaries
from levee.frontier.deletion.certificates import (
    certificate,
    countersigned,
    destroyed_before,
    read_certificate,
    signers,
)
from levee.kernel.clock import SystemClock
from levee.kernel.errors import BadInput, Conflict
from levee.kernel.hashing import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.frontier.agreements.terms import Agreement
    from levee.frontier.deletion.certificates import Report

app = typer.Typer(no_args_is_help=True, help="Certificates of deletion: made of both sides' reports, signed by both.")

AgreementFile = Annotated[Path, typer.Argument(metavar="AGREEMENT", help="the agreement that both signed")]
SigningKey = Annotated[Path, typer.Option("--key", help="your key, as levee frontier agreement key made it")]
Out = Annotated[Path, typer.Option("--out", help="where it goes")]
Certificate = Annotated[Path, typer.Argument(metavar="CERTIFICATE", help="as make or sign wrote it")]


def delete(  # noqa: PLR0917 - a command's options
    file: AgreementFile,
    out: Annotated[Path, typer.Option("--out", help="where the report goes, for the certificate: a new file")],
    gateway: Annotated[
        Path | None,
        typer.Option(help="the developer: its gateway's folder, where this agreement's keys go"),
    ] = None,
    wrap: Annotated[
        list[Path] | None, typer.Option(help="the evaluator: a wrapped key, GRANT.age, as fetched; again for more")
    ] = None,
    remove: Annotated[list[Path] | None, typer.Option(help="a file or folder to destroy beside the keys")] = None,
    at: Annotated[list[Path] | None, typer.Option(help="a store to look at: logs, backups, caches")] = None,
    with_key: Annotated[list[Path] | None, typer.Option("--key", help="a key to try on all that is sealed")] = None,
    canaries: Annotated[Path | None, typer.Option(help="words that were put into prompts, one a line")] = None,
    after: Annotated[
        Path | None,
        typer.Option(help="your report of an earlier deletion, ended or not: what it destroyed is taken over"),
    ] = None,
) -> None:
    """Destroy your side's keys to the transcripts of an agreement, and look everywhere for what can still be read."""
    needs_sealing()
    from levee.frontier.deletion.deleting import (  # noqa: PLC0415 - needs an extra, asked for above
        Deletion,
        delete,
        let_go,
        wrap_at,
        wraps_at_gateway,
    )

    if bool(gateway and wrap) or not (gateway or wrap or after):
        raise BadInput("the developer names its gateway, the evaluator its wraps", place="--gateway")
    if out.exists():
        advice = "take it over with --after, and name another"
        raise Conflict("there is a file already, maybe the only report of a deletion", place=str(out), advice=advice)
    agreement, now = _agreement(file), SystemClock().now()
    side = "developer" if gateway else "evaluator"
    gone, files = destroyed_before(read_json(bytes_of(after)), agreement.digest, side) if after else ((), ())
    if gateway:
        wraps = wraps_at_gateway(gateway, agreement.digest, int(now.timestamp()))
    else:
        wraps = tuple(wrap_at(each) for each in wrap or ())
    places = (*([gateway] if gateway else ()), *(wrap or ()), *(remove or ()), *(at or ()))

    def note(report: Report) -> None:
        privately_written(out, canonical_json(report.told()))

    report = delete(
        Deletion(
            agreement=agreement.digest,
            side=side,
            wraps=wraps,
            remove=tuple(remove or ()),
            places=places,
            keys=tuple(opening_key_in(each) for each in with_key or ()),
            canaries=read_canaries(bytes_of(canaries).splitlines()) if canaries else frozenset(),
            gone=gone,
            files=files,
        ),
        now,
        note,
    )
    note(report)
    if gateway:
        let_go(gateway, wraps)
    _print(Console(), report.told())


@app.command()
def make(
    file: AgreementFile,
    reports: Annotated[list[Path], typer.Argument(metavar="REPORT REPORT", help="of both sides, from delete")],
    with_key: SigningKey,
    out: Out,
) -> None:
    """Make a certificate of both sides' reports, and sign it for yours; nothing may be readable by either."""
    told: list[Any] = [read_json(bytes_of(each)) for each in reports]
    if not all(isinstance(each, dict) for each in told):
        raise BadInput("a report is a JSON object", place=str(reports[0]))
    written(out, certificate(_agreement(file), told, key_in(with_key)))


@app.command()
def sign(file: AgreementFile, given: Certificate, with_key: SigningKey, out: Out) -> None:
    """Sign a certificate for your side, beside the other."""
    written(out, countersigned(bytes_of(given), _agreement(file), key_in(with_key)))


@app.command()
def read(file: AgreementFile, given: Certificate, as_json: AsJson = False) -> None:
    """Check a certificate, and print what was destroyed, what was looked at, what is kept, and what it cannot prove."""
    agreement, data = _agreement(file), bytes_of(given)
    told = read_certificate(data, agreement)
    names = [each.name for each in signers(data, agreement)]
    if as_json:
        typer.echo(json.dumps({"signed_by": names, **told}, indent=2))
        return
    console = Console()
    for side in ("developer", "evaluator"):
        console.print(f"\n[bold]{side}[/bold], {told[side]['at']}", highlight=False)
        _print(console, told[side])
    for hold in told["kept"]:
        console.print(f"\nkept for {hold['days']} days: {hold['what']} ({hold['why']})", highlight=False, markup=False)
    console.print()
    for limit in told["limits"]:
        console.print(limit, highlight=False)
    whole = "Both have signed it." if len(names) > 1 else "It is the word of one side so far."
    console.print(f"\nSigned by {', '.join(names)}. {whole}", highlight=False, markup=False)


def _print(console: Console, told: Mapping[str, Any]) -> None:
    for each in told["keys"]:
        console.print(f"destroyed the key of {each['grant']} {each['key']} (wrap {each['wrap']})", highlight=False)
    for each in told["files"]:
        console.print(f"destroyed {each['name']}: {each['files']} files, {each['bytes']:,} bytes", highlight=False)
    for when in ("before", "after"):
        found = told[when]
        looked = sum(each["files"] for each in found["places"])
        console.print(
            f"{when}: {found['opened']} of {found['sealed']} sealed pieces and {found['wraps_opened']} wrapped keys "
            f"opened by {found['keys_tried']} keys, "
            f"{found['canaries']} of {found['canaries_sought']} canaries read, in {looked} files; "
            f"{found['unopened']} were looked at as bytes alone, and {found['unread']} not at all",
            highlight=False,
        )


def _agreement(file: Path) -> Agreement:
    data = bytes_of(file)
    agreement = read_signed(data)
    if len(signed_by(data)) < len({agreement.developer.key, agreement.evaluator.key}):
        raise BadInput("both sides have to have signed the agreement", place=str(file))
    return agreement
