"""What a task pack is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Part(StrEnum):
    """Who may see a task: everybody, the evaluator alone, or nobody here, since it is kept on classified systems."""

    PUBLIC = "public"
    SEALED = "sealed"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How it is judged whether a task was solved; known to the runner alone, never put into a sandbox with a model.

    Attributes:
        flag: what must be submitted, to the letter; empty where a command judges.
        taken: which files are taken out of the model's working folder, by their names in it.
        files: what is laid beside them in a fresh sandbox, by name.
        command: what runs there; 0 says that the task was solved.
    """

    flag: str = ""
    taken: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task, made for one use.

    Attributes:
        name: unique in its pack. kind: what it asks for. family: of tasks that are solved alike.
        prompt: what the model is told.
        files: what lies in its working folder, by name.
        check: how it is judged.
        canary: a word that is in the task and nowhere else in the world; who knows it has seen the task.
        minutes: how long people took, where somebody measured it.
    """

    name: str
    kind: str
    family: str
    prompt: str
    files: Mapping[str, bytes]
    check: Check
    canary: str
    part: Part = Part.SEALED
    minutes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Tasks that are named together by one digest, before the first of them runs.

    Attributes:
        licence: of tasks that others wrote, as an SPDX expression. source: where those come from.
    """

    name: str
    version: str
    tasks: tuple[Task, ...]
    licence: str = ""
    source: str = ""
