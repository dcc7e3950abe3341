"""What a scripted agent sees of a talk, and what it does next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from levee.frontier.evaluations.types import COMMAND, SUBMIT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ARGUMENTS = {COMMAND: "command", SUBMIT: "answer"}
"""The one argument of each tool that an evaluation offers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A talk so far.

    Attributes:
        prompt: what the user said first. outputs: of the tools, in order. moves: how often the agent moved already.
        room: tokens of four bytes that the next answer may have.
    """

    prompt: str
    outputs: tuple[str, ...]
    moves: int
    room: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One answer: words, and the call of one tool.

    Attributes:
        tool: of `ARGUMENTS`, or empty for words alone. given: its argument.
    """

    text: str = ""
    tool: str = ""
    given: str = ""


class Agent(Protocol):
    """Decides by the talk alone, so that the same talk always goes on the same way."""

    def __call__(self, talk: Talk) -> Move:
        """The next move."""


def command(text: str) -> Move:
    """Run something."""
    return Move(tool=COMMAND, given=text)


def submit(answer: str) -> Move:
    """Hand in an answer, which ends the run."""
    return Move(tool=SUBMIT, given=answer)


def talk_of(body: Mapping[str, Any]) -> Talk:
    """What a call of chat completions holds."""
    messages: Sequence[Mapping[str, Any]] = body.get("messages", ())
    prompt = next((_text(each) for each in messages if each.get("role") == "user"), "")
    return Talk(
        prompt=prompt,
        outputs=tuple(_text(each) for each in messages if each.get("role") == "tool"),
        moves=sum(each.get("role") == "assistant" for each in messages),
        room=int(body.get("max_completion_tokens") or body.get("max_tokens") or 4096),
    )


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in content)
