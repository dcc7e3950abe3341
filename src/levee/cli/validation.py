from __future__ import annotations

import contextlib
import json
import secrets
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from levee.cli import verdicts
from levee.formats.strict_json import as_text, read_json
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json
from levee.platform.sandbox.start import open_sandbox
from levee.settings import settings
from levee.validation.engine.engine import Engine
from levee.validation.engine.fetching import fetch_target
from levee.validation.engine.job import checked_patch
from levee.validation.engine.proof import MAX_PROOF
from levee.validation.engine.targets import FetchedTarget, parse_spec
from levee.validation.engine.verdict import Verdict

app = typer.Typer(no_args_is_help=True, help="Judge proofs of vulnerability in the sandbox.")
verdicts.add_to(app)


@app.callback()
def validation() -> None:
    """Judge proofs of vulnerability in the sandbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A proof with the target and the contrast that it is judged by; empty where nobody named them."""

    proof: bytes
    target: str
    contrast: str


@app.command()
def run(
    proof: Annotated[Path, typer.Option(help="a proof, or one of samples/proofs, which names its own target")],
    target: Annotated[str, typer.Option(help="npm:NAME@VERSION, pypi:NAME@VERSION or a folder of source")] = "",
    contrast: Annotated[str, typer.Option(help="a version without the flaw, or a folder of source")] = "",
    contrast_patch: Annotated[Path | None, typer.Option(help="a patch of the target as contrast")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print verdict and evidence as JSON")] = False,
) -> None:
    """Judge one proof: effect, contrast, contract, reach. Without a contrast only the effect is shown.

    Needs root for the sandbox, no database, and the network only to fetch packages.
    """
    given = _given(proof, target, contrast)
    patch = checked_patch(_read(contrast_patch)) if contrast_patch else None
    with _progress() as say, tempfile.TemporaryDirectory(prefix="levee-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        say("opening the sandbox")
        sandbox = open_sandbox(data_folder=settings().data_folder)
        engine = Engine(sandbox=sandbox, folder=folder, random=secrets.token_bytes, progress=say)
        read = engine.read(given.proof)
        against = _contrast(given)
        say(f"fetching {given.target}")
        fetched = _fetch(given.target)
        verdict = engine.judge(read, fetched, _fetch(against) if against else None, patch)
    if as_json:
        typer.echo(json.dumps(verdict.as_dict() | {"evidence_digest": verdict.evidence.digest}, indent=2))
    else:
        _show(verdict)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(2 * MAX_PROOF)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=str(path)) from error


def _given(path: Path, target: str, contrast: str) -> Given:
    data = _read(path)
    document = read_json(data)
    if isinstance(document, dict) and "proof" in document:
        data = canonical_json(document["proof"])
        target = target or as_text(document.get("target", ""), "/target")
        contrast = contrast or as_text(document.get("contrast", ""), "/contrast")
    if not target:
        raise BadInput("no target is named", place="--target", advice="Write --target npm:NAME@VERSION, or a folder.")
    return Given(proof=data, target=target, contrast=contrast)


def _contrast(given: Given) -> str:
    if not given.contrast or Path(given.contrast).is_dir():
        return given.contrast
    return str(parse_spec(given.target).at(given.contrast))


def _fetch(spec: str) -> FetchedTarget:
    return fetch_target(spec, folder=settings().data_folder / "packages")


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    console = Console(stderr=True)
    with console.status("starting") as status:
        yield status.update


def _show(verdict: Verdict) -> None:
    effect = f"shown in {verdict.effect.shown} of {verdict.effect.runs} runs"
    contrast = f"{verdict.contrast.state} {verdict.contrast.spec}".replace("_", " ")
    table = Table("field", "what was seen", title=f"{verdict.result} ({verdict.kind})")
    for field, seen in (
        ("effect", effect),
        ("contrast", "\n".join([contrast, *verdict.contrast.signs])),
        ("contract", f"{verdict.contract} ({verdict.contract_basis})"),
        ("reach", verdict.reach),
        ("signature", verdict.signature),
        ("why", verdict.why),
        ("evidence", verdict.evidence.digest),
    ):
        table.add_row(field, Text(_printable(seen)))
    Console().print(table)


def _printable(text: str) -> str:
    """Text of unknown origin without what would steer a terminal."""
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)
