from __future__ import annotations

import os
import stat
from importlib.util import find_spec
from typing import TYPE_CHECKING

import typer

from levee.cli.inventory import bytes_of
from levee.formats.strict_json import read_json
from levee.frontier.determination.plan import read_plan
from levee.kernel.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from levee.frontier.determination.plan import Plan
    from levee.frontier.determination.runs import Run


def needs_evals() -> None:
    """Refuse, with what to do, where numpy and scipy are not installed."""
    for needed in ("numpy", "scipy"):
        if find_spec(needed) is None:
            raise Unavailable(f"{needed} is not installed here", advice="pip install 'levee[evals]'")


def plan_in(file: Path) -> Plan:
    """The plan in a file, for commands that decide on it."""
    needs_evals()
    return read_plan(read_json(bytes_of(file)))


def runs_in(place: Path) -> tuple[list[Run], dict[str, str]]:
    """Runs out of a file or the folder of an evaluation; and, of a folder, what they were run with."""
    from levee.frontier.determination.runs import NO_MODEL, read_runs  # noqa: PLC0415 - where no command needs it
    from levee.frontier.evaluations.folder import Folder, marked_in, run_of  # noqa: PLC0415 - the same

    if place.is_dir():
        folder = Folder(place)
        transcripts = folder.transcripts()
        found, tools = [run_of(each) for each in transcripts], dict(folder.about()["tools"])
        if marked := marked_in(transcripts):
            typer.echo(f"{marked} runs are worded as a scripted agent's, which nobody ordered: they count", err=True)
    else:
        found, tools = read_runs(bytes_of(place).splitlines()), {}
    scripted = next((each.scripted for each in found if each.scripted), "")
    if scripted:
        tools.setdefault("scripted-agent", scripted)
        typer.echo(f"{NO_MODEL} ({scripted})", err=True)
    return found, tools


def text_of(file: Path) -> str:
    """A file's text; BadInput where it is none."""
    try:
        return bytes_of(file).decode()
    except UnicodeDecodeError as error:
        raise BadInput("this is no text", place=str(file)) from error


def written(file: Path, data: bytes) -> None:
    """Write a file, or say why not."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", place=str(file)) from error


def privately_written(file: Path, data: bytes) -> None:
    """Write a file that nobody else on this machine reads, down to the disk; or say why not."""
    with private(file) as out:
        out.write(data)
        if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
            out.flush()
            os.fsync(out.fileno())


def private(file: Path) -> BinaryIO:
    """A file to write anew that nobody else on this machine reads, also where it was there with another mode."""
    try:
        out = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb")
        if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
            os.fchmod(out.fileno(), 0o600)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", place=str(file)) from error
    return out
