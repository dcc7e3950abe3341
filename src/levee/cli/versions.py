from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from levee.cli.inventory import AsJson, bytes_of
from levee.formats.versions.check import check_lines, scheme_named
from levee.kernel.counting import counted
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.formats.versions.check import Comparisons

app = typer.Typer(no_args_is_help=True, help="The order of versions that matching uses.")


@app.callback()
def versions() -> None:
    """The order of versions that matching uses."""


@app.command()
def compare(
    ecosystem: Annotated[str, typer.Argument(help="PyPI, npm, Debian, Maven, …: an OSV ecosystem or a scheme")],
    file: Annotated[Path, typer.Argument(help="a text file with one comparison a line, such as 1.2 < 1.10")],
    as_json: AsJson = False,
) -> None:
    """Hold a file of comparisons (`1.2 < 1.10`, one a line) against that order; exits with 1 where one is not true."""
    scheme = scheme_named(ecosystem)
    try:
        text = bytes_of(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"byte {error.start} is not UTF-8", place=str(file), advice="save it as UTF-8") from error
    found = check_lines(scheme, text.splitlines())
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2))
    else:
        _tell(found)
    if found.untrue or found.not_understood:
        raise typer.Exit(1)


def _tell(found: Comparisons) -> None:
    for line in found.untrue:
        typer.echo(f"{line.text}    (line {line.number}; in fact {line.why})")
    for line in found.unordered:
        typer.echo(f"line {line.number}: {line.text[:80]}: {line.why}, so this is neither true nor not", err=True)
    for line in found.not_understood:
        typer.echo(f"line {line.number}: {line.text[:80]!r} was not understood: {line.why}", err=True)
    typer.echo(
        f"{counted(found.read, 'comparison')} read by the order of {found.scheme}: {len(found.untrue)} not true, "
        f"{len(found.unordered)} with a version that has no order"
    )
