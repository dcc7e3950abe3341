"""One run while it goes on."""

from __future__ import annotations

import hashlib
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from levee.frontier.evaluations.types import Limit, Transcript

if TYPE_CHECKING:
    from levee.frontier.evaluations.desk import Desk
    from levee.frontier.evaluations.types import Call, Message
    from levee.frontier.packs.types import Task


@dataclass(slots=True, kw_only=True)
class Record:
    """A run of a task.

    Attributes:
        number: of the task in its pack. most: tokens that it may spend; None for no limit.
        desk: where its commands run. began: seconds of the process's own clock. tries: how often it was begun.
    """

    number: int
    task: Task
    epoch: int
    seed: int
    most: int | None
    desk: Desk
    began: float = 0.0
    turns: int = 0
    tries: int = 1
    tokens: int = 0
    messages: list[Message] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    submissions: list[str] = field(default_factory=list)
    limit: Limit = Limit.NONE
    success: bool = False

    @property
    def name(self) -> str:
        """What the run is called in its process."""
        return f"{self.number:04}-{self.epoch:04}"

    def spend(self, tokens: int) -> None:
        """Count what a call spent."""
        self.tokens += tokens

    def room(self, asked: int, usual: int) -> int:
        """Tokens that the next answer may have, at most `usual`, when so many go out with the question; 0 for none."""
        return usual if self.most is None else max(0, min(usual, self.most - self.tokens - asked))

    def transcript(self, scripted: str) -> Transcript:
        """The run as it is kept. Only the order says that no model was run: a model may say whatever it likes."""
        return Transcript(
            task=self.task.name,
            family=self.task.family or self.task.name,
            epoch=self.epoch,
            success=self.success,
            tokens=self.tokens,
            minutes=self.task.minutes,
            messages=tuple(self.messages),
            calls=tuple(self.calls),
            submissions=tuple(self.submissions),
            limit=self.limit,
            seed=self.seed,
            tries=self.tries,
            scripted=scripted,
        )


RUNNING: ContextVar[Record] = ContextVar("the run that a call belongs to")


def seed_of(seed: int, task: str, epoch: int) -> int:
    """What a run is drawn with, so that it is the same whatever runs beside it; below 2**31, as hosts want it."""
    return int.from_bytes(hashlib.sha256(f"{seed}\n{epoch}\n{task}".encode()).digest()[:4], "big") >> 1
