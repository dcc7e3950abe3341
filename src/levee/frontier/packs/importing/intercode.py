"""Tasks in the form of InterCode-CTF: a JSON list, and a folder of files for each task.

A task of the list has `task_id`, `query` (what is told) and `gold` (the flag); it may have `tags`, `setup` (a command
that is run first), `hint` and `license`. Its files lie in a folder of its number; what lies in `solution` there is not
among them. What needs a network, or a command run first, cannot run here and is left out.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from levee.formats.strict_json import read_json
from levee.frontier.packs.spelling import check_task
from levee.frontier.packs.types import Check, Pack, Part, Task
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KIND = "capture-the-flag"
LARGEST = 32 * 1024 * 1024
"""Bytes of the files of a task."""
_SOLUTIONS = "solution"
_NETWORK = re.compile(r"\bnc\s+[\w.-]+|\bnetcat\b|https?://|\bconnect (?:to|with)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The pack, and for each task that was left out, by name, why."""

    pack: Pack
    left_out: dict[str, str]


def read_intercode(
    data: bytes, assets: Path, *, name: str, version: str, licence: str, source: str, part: Part = Part.PUBLIC
) -> Imported:
    """Make a pack of such tasks.

    Args:
        data: the JSON list.
        assets: the folder of the folders of files.
        name: of the pack.
        version: of the pack.
        licence: of the tasks, as an SPDX expression; what tasks themselves name is added.
        source: where they are from.
        part: who may see them.

    Raises:
        BadInput: names the task and the field that cannot be read, or says that no task is left.
        TooLarge: the files of a task are over LARGEST.
    """
    given = read_json(data)
    if not isinstance(given, list):
        raise BadInput("a list of tasks", place="/")
    tasks, left_out, licences = [], {}, {licence: None}
    for at, each in enumerate(given):
        if not isinstance(each, dict):
            raise BadInput("a task is an object", place=f"/{at}")
        told = {key: value for key, value in each.items() if value not in (None, "")}
        number = _number(told, f"/{at}")
        named, why = f"{name}-{number:03}", _cannot_run(told)
        if why:
            left_out[named] = why
            continue
        tasks.append(_task(told, named, assets / str(number), part, f"/{at}"))
        if "license" in told:
            licences[_text(told, "license", f"/{at}")] = None
    if not tasks:
        raise BadInput("no task of the list can run here", place="/", advice="; ".join(sorted(set(left_out.values()))))
    spelled = " AND ".join(filter(None, licences))
    return Imported(
        pack=Pack(name=name, version=version, tasks=tuple(tasks), licence=spelled, source=source), left_out=left_out
    )


def _task(told: dict[str, Any], name: str, folder: Path, part: Part, place: str) -> Task:
    hint = f"\n\nHint: {_text(told, 'hint', place)}" if "hint" in told else ""
    tags = told.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(each, str) for each in tags):
        raise BadInput("a list of words", place=f"{place}/tags")
    task = Task(
        name=name,
        kind=tags[0] if tags else KIND,
        family=name,  # how they are solved is not said, so each stands for itself
        prompt=f"{_text(told, 'query', place)}{hint}\n\nSubmit the flag.",
        files=dict(_files(folder, name)) if folder.is_dir() and not folder.is_symlink() else {},
        check=Check(flag=_text(told, "gold", place)),
        canary="",
        part=part,
    )
    check_task(task, place)
    return task


def _cannot_run(told: dict[str, Any]) -> str:
    """Why a task cannot run in a sandbox without a network; empty where it can."""
    if "setup" in told:
        return "it needs a command that is run first"
    return "it needs a network" if _NETWORK.search(str(told.get("query", ""))) else ""


def _files(folder: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """Regular files below a folder, but for solutions; links are refused."""
    left = LARGEST
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                place = os.path.relpath(entry.path, folder)
                if entry.is_dir(follow_symlinks=False):
                    if place != _SOLUTIONS:
                        waiting.append(folder / place)
                    continue
                if not entry.is_file(follow_symlinks=False):
                    raise BadInput("no regular file", place=f"{name}/{place}")
                left -= entry.stat(follow_symlinks=False).st_size
                if left < 0:
                    raise TooLarge(f"the files of a task have {LARGEST >> 20} MiB at most", place=name)
                yield place, (folder / place).read_bytes()


def _number(told: dict[str, Any], place: str) -> int:
    number = told.get("task_id")
    if isinstance(number, str) and re.fullmatch("[0-9]{1,6}", number):
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise BadInput("the number of the task", place=f"{place}/task_id")
    return number


def _text(told: dict[str, Any], name: str, place: str) -> str:
    if not isinstance(told.get(name), str):
        raise BadInput("text", place=f"{place}/{name}")
    return str(told[name])
