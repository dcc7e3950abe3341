"""A task as JSON, which its commitment is taken of, and back."""

from __future__ import annotations

import base64
import binascii
import math
from typing import TYPE_CHECKING, Any

from levee.frontier.packs.names import check_names
from levee.frontier.packs.types import Check, Part, Task
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

_TASK = {"name", "kind", "family", "prompt", "files", "check", "canary", "minutes"}
_CHECK = {"flag", "taken", "files", "command"}
LONGEST_NAME = 120


def told(task: Task) -> dict[str, Any]:
    """All of a task but its part, which the manifest says: as canonical JSON takes it."""
    return {
        "name": task.name,
        "kind": task.kind,
        "family": task.family,
        "prompt": task.prompt,
        "files": _spelled(task.files),
        "check": {
            "flag": task.check.flag,
            "taken": list(task.check.taken),
            "files": _spelled(task.check.files),
            "command": list(task.check.command),
        },
        "canary": task.canary,
        "minutes": None if task.minutes is None else repr(float(task.minutes)),
    }


def read_task(given: object, part: Part, place: str) -> Task:
    """A task out of its JSON; BadInput names the field."""
    fields = _fields(given, _TASK, place)
    check = _fields(fields["check"], _CHECK, f"{place}/check")
    task = Task(
        name=_text(fields["name"], f"{place}/name"),
        kind=_text(fields["kind"], f"{place}/kind"),
        family=_text(fields["family"], f"{place}/family"),
        prompt=_text(fields["prompt"], f"{place}/prompt"),
        files=_files(fields["files"], f"{place}/files"),
        check=Check(
            flag=_text(check["flag"], f"{place}/check/flag"),
            taken=_texts(check["taken"], f"{place}/check/taken"),
            files=_files(check["files"], f"{place}/check/files"),
            command=_texts(check["command"], f"{place}/check/command"),
        ),
        canary=_text(fields["canary"], f"{place}/canary"),
        part=part,
        minutes=_minutes(fields["minutes"], f"{place}/minutes"),
    )
    check_task(task, place)
    return task


def check_task(task: Task, place: str) -> None:
    """BadInput where a task cannot be laid out or judged."""
    if not task.name or not task.name.isprintable() or len(task.name) > LONGEST_NAME:
        raise BadInput(f"a task has a name of printable characters, at most {LONGEST_NAME}", place=f"{place}/name")
    check_names(task.files, f"{place}/files")
    check_names({*task.check.files, *task.check.taken}, f"{place}/check")
    if bool(task.check.flag) == bool(task.check.command):
        raise BadInput("a check is either a flag or a command", place=f"{place}/check")


def _spelled(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


def _files(given: object, place: str) -> dict[str, bytes]:
    if not isinstance(given, dict):
        raise BadInput("files by name", place=place)
    found = {}
    for name, data in given.items():
        try:
            found[name] = base64.b64decode(str(data), validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadInput("the bytes of a file are spelled in base64", place=f"{place}/{name}") from error
        if base64.b64encode(found[name]).decode() != data:
            raise BadInput("base64 in its one spelling", place=f"{place}/{name}")
    return found


def _fields(given: object, names: set[str], place: str) -> dict[str, Any]:
    if not isinstance(given, dict) or given.keys() != names:
        raise BadInput(f"an object with {', '.join(sorted(names))} and nothing else", place=place)
    return given


def _text(given: object, place: str) -> str:
    if not isinstance(given, str):
        raise BadInput("text", place=place)
    return given


def _texts(given: object, place: str) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise BadInput("a list of texts", place=place)
    return tuple(_text(each, f"{place}/{at}") for at, each in enumerate(given))


def _minutes(given: object, place: str) -> float | None:
    if given is None:
        return None
    try:
        minutes = float(_text(given, place))
    except ValueError:
        minutes = math.nan
    if not (math.isfinite(minutes) and minutes > 0 and repr(minutes) == given):
        raise BadInput("minutes above zero, as text in their shortest spelling", place=place)
    return minutes
