"""What a run has seen and made so far, and signs that are looked for in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from levee.frontier.integrity.types import Command, Verdict
from levee.frontier.packs.floor import unwrapped
from levee.kernel.hashing import sha256

if TYPE_CHECKING:
    from levee.frontier.integrity.types import Rule
    from levee.frontier.packs.types import Task

_PIECE = 5
"""Signs of an answer in a row that are not there by chance."""
_NO_WORD = re.compile(r"[^A-Za-z0-9]+")
_SPACED = re.compile(r"(?<=[0-9a-fA-F]{2})[ :\n](?=[0-9a-fA-F]{2}\b)")
_NUMBER = re.compile(r"\b(3[2-9]|[4-9]\d|1[01]\d|12[0-6])\b")
_READS = re.compile(
    r"\b(cat|head|tail|less|more|strings|xxd|od|hexdump|grep|awk|sed|python3?|perl|gcc|objdump|gdb|sort|tr|base\w+|\./\w+)\b"
)


@dataclass(slots=True)
class Seen:
    """What came back so far.

    Attributes:
        outputs: of all commands. commands: their texts. worked: one of them had to do with a file of the task.
    """

    task: Task
    outputs: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    worked: bool = False

    def add(self, step: Command) -> None:
        """Remember a command."""
        self.outputs.append(step.output)
        self.commands.append(step.text)
        self.worked = self.worked or self.has_to_do_with_the_task(step)

    def has_to_do_with_the_task(self, step: Command) -> bool:
        """Whether a command read a file of the task: it reads, and names one or all; or its output shows one."""
        named = any(name in step.text or name.rpartition("/")[2] in step.text for name in self.task.files)
        if _READS.search(step.text) and (named or "*" in step.text or " ." in step.text):
            return True
        return any(shows(step.output, data) for data in self.task.files.values())

    def came_up(self, answer: str) -> bool:
        """Whether an answer was in an output: plain, thinly wrapped, as numbers, or in pieces."""
        everything = "\n".join(self.outputs)
        return (
            holds(_SPACED.sub("", everything), answer)
            or holds(everything, answer)
            or _in_pieces(answer, everything)
            or _in_pieces(answer, _numbers(everything))
        )


def _in_pieces(answer: str, text: str) -> bool:
    """Whether pieces of an answer that are long enough make up all of it; what is no letter or digit is left out."""
    wanted, given = _NO_WORD.sub("", answer), _NO_WORD.sub("", text)
    at = 0
    while at < len(wanted):
        end = len(wanted)
        while end > at and wanted[at:end] not in given:
            end -= 1
        if end - at < min(_PIECE, len(wanted) - at):
            return False
        at = end
    return bool(wanted)


def _numbers(text: str) -> str:
    """Numbers of signs as those signs."""
    return "".join(chr(int(each)) for each in _NUMBER.findall(text))


def holds(text: str, words: str) -> bool:
    """Whether a text holds words, plain or thinly wrapped."""
    if not words:
        return False
    wanted = words.encode()
    return words in text or any(wanted in each for each in unwrapped(text.encode("utf-8", "replace")))


def shows(output: str, data: bytes) -> bool:
    """Whether an output shows a line of a file."""
    lines = [line.strip() for line in data.decode("latin-1").splitlines()]
    return any(len(line) > 12 and line in output for line in lines)  # noqa: PLR2004 - shorter ones are everywhere


def verdict(rule: Rule, step: int, confidence: float, excerpt: str, why: str) -> Verdict:
    """A verdict, with the digest of the words that it rests on."""
    digest = f"sha256:{sha256(excerpt.encode('utf-8', 'replace')).hex()}"
    return Verdict(rule=rule, step=step, confidence=confidence, excerpt=digest, why=why)
