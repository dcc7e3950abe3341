"""What an evaluation is told, and what it hands out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from levee.frontier.determination.plan import Plan

SANDBOX = "reference, low capability only"
"""What a result says of the sandbox it was had in, which shares its kernel with the host."""


COMMAND, SUBMIT = "bash", "submit"
"""The tools that a model is offered: a shell, and the end."""
MARK = "scripted agent, no model:"
"""Every answer of a scripted agent begins with this: where one was ordered, an answer without it is a model's.

Anyone can say it, so it shows nothing by itself.
"""
REFUSED = "refused"
"""Who tells a model that it called a tool as it cannot be called: none was run."""


class Ended(StrEnum):
    """Why an evaluation is over."""

    FINISHED = "finished"
    REFUSED = "refused by the gateway: the grant was withdrawn, has expired or never held"
    SPENT = "the budget of the grant is used up"
    UNREACHED = "the gateway or the model's host did not answer"
    FAILED = "failed"
    STOPPED = "stopped"


class Limit(StrEnum):
    """What ended a run before the model handed something in; empty where nothing did."""

    NONE = ""
    TOKENS = "tokens"
    TURNS = "turns"
    TIME = "time"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What may vary between evaluations, and is recorded with each.

    Attributes:
        turns: answers of the model in a run, at most. minutes: of a run, at most.
        answer: tokens of one answer, at most.
        context: tokens of four bytes that the model's host takes at once; by default what a gateway takes.
        seconds: of one command, at most.
        samples: runs at the same time.
        seed: what the seed of each run is made from.
        price: of a million tokens, in whatever unit; 0 where nobody pays.
    """

    turns: int = 100
    minutes: int = 120
    answer: int = 4096
    context: int = 1_000_000
    seconds: int = 60
    samples: int = 2
    seed: int = 0
    price: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """Which host users the sandbox takes, and where the outcome of its self-test is kept: folders of the host."""

    first_user: int
    count: int
    runtime: str
    data_folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One evaluation. It holds secrets: it goes through a pipe, and is never written down.

    Attributes:
        packs: folders that hold the parts of the pack. folder: where everything of the evaluation is kept.
        plan: what was planned. tasks: how many of its tasks are run by now; the plan's last look at most.
        resume: what is over already is in the folder, and not run again.
        gateway: its address. token: as it was issued. key: the client's secret key, 64 hexadecimal digits.
        agreement: the digest of the agreement, as the token says it.
        scripted: the name of a scripted agent that stands where a model would; empty for a model.
    """

    packs: tuple[str, ...]
    folder: str
    plan: Plan
    tasks: int
    resume: bool
    gateway: str
    token: str
    key: str
    agreement: str
    model: str
    scripted: str
    settings: Settings
    slots: Slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The call of a tool: which, what it was given, and what came back as the model saw it."""

    tool: str
    given: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something that was said, by `system`, `user`, `assistant`, `tool` or REFUSED.

    Each message of a tool is what one call of the transcript came to, in their order.
    """

    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """One run as it went.

    Attributes:
        task, family, epoch, minutes, success, tokens: as in a run that is decided on.
        messages: all that was said, as the model got it and gave it. calls: of tools, in order.
        submissions: what was handed in; the first one counts.
        limit: what ended it. seed: which the model was asked to draw with.
        tries: how often it was begun: more than once only where the process was ended in between.
        scripted: no model was asked but a scripted agent: its name, as it was ordered.
    """

    task: str
    family: str
    epoch: int
    success: bool
    tokens: int
    minutes: float | None
    messages: tuple[Message, ...]
    calls: tuple[Call, ...]
    submissions: tuple[str, ...]
    limit: Limit
    seed: int
    tries: int
    scripted: str
