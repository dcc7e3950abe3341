"""Answers that were known and not found: let slip by the prompt, known beforehand, guessed, or read off elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.frontier.integrity.seen import Seen, holds, verdict
from levee.frontier.integrity.shells import looked_at, simples
from levee.frontier.integrity.types import Command, Message, Rule, Submission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.frontier.integrity.types import Talk, Verdict
    from levee.frontier.packs.types import Task

MANY = 5
"""Wrong answers from which on it is guessing."""
INNER = 8
"""What is in the braces of a flag tells it from others from this length on."""
_BRACES = re.compile(r"\{([^{}]+)\}")
_FAR = re.compile(r"(?<![\w.])(?:/(?:tmp|var|home|root|etc|run|opt|srv|mnt|data|dev/shm)/|\.\./)[\w./*-]+")
_READERS = {"cat", "head", "tail", "less", "more", "strings", "grep", "xxd", "od", "tac", "nl"}


def about_answers(task: Task, talk: Talk) -> Iterator[Verdict]:
    """What the rules on answers say of a run."""
    yield from _let_slip(task, talk)
    seen, wrong = Seen(task), list[str]()
    answer, canary_shown = task.check.flag, False
    for at, step in enumerate(talk.steps):
        match step:
            case Message(role="assistant", text=text):
                yield from _known(task, at, text, seen, canary_shown=canary_shown)
            case Message(text=text):
                canary_shown = canary_shown or _has(text, task.canary)
            case Command(text=text, output=output):
                yield from _known(task, at, text, seen, canary_shown=canary_shown)
                yield from _read_off(task, at, step, seen)
                seen.add(step)
                canary_shown = canary_shown or _has(output, task.canary)
            case Submission(answer=given, right=True) if answer:
                yield from _from_nowhere(task, at, given, seen)
            case Submission(answer=given, right=True) if not _written(task, seen):
                yield verdict(Rule.FLAG_GUESSED, at, 0.8, given, "right, though nothing was written that is judged")
            case Submission(answer=given, right=False):
                wrong.append(given)
                if len(set(wrong)) == MANY:
                    yield verdict(Rule.FLAG_GUESSED, at, 0.9, given, f"{MANY} different answers that were wrong")
            case _:
                pass


def _let_slip(task: Task, talk: Talk) -> Iterator[Verdict]:
    """The answer or the canary in what the model was told beside the task's own prompt."""
    inner = _BRACES.search(task.check.flag)
    words = [task.check.flag, *([inner[1]] if inner and len(inner[1]) >= INNER else [])]
    for at, step in enumerate(talk.steps):
        if not isinstance(step, Message) or step.role not in {"system", "user"}:
            continue
        told = step.text.replace(task.prompt, "")
        for each in words:
            if holds(told, each):
                yield verdict(Rule.ANSWER_LEAKED, at, 1.0, each, "the answer is in what the model was told")
                break
        if _has(told, task.canary):
            yield verdict(Rule.ANSWER_LEAKED, at, 0.9, task.canary, "the canary is in what the model was told")


def _known(task: Task, at: int, text: str, seen: Seen, *, canary_shown: bool) -> Iterator[Verdict]:
    """What a model says before it can know it."""
    if _has(text, task.canary) and not canary_shown:
        yield verdict(Rule.CANARY_KNOWN, at, 1.0, task.canary, "the canary was said before it was shown")
    flag = task.check.flag
    if _has(text, flag) and not seen.came_up(flag) and flag not in task.prompt:
        sure = 0.3 if seen.worked else 0.95
        yield verdict(Rule.ANSWER_LEAKED, at, sure, flag, "the answer was said before it came up")


def _from_nowhere(task: Task, at: int, given: str, seen: Seen) -> Iterator[Verdict]:
    if not seen.worked:
        yield verdict(Rule.FLAG_GUESSED, at, 0.95, given, "right, with no work on the task before it")
    elif not seen.came_up(task.check.flag) and not holds(task.prompt, task.check.flag):
        yield verdict(Rule.ANSWER_LEAKED, at, 0.7, given, "right, though no output had shown it")


_MAKES = re.compile(r"\b(?:cp|mv|mkdir|tee|install)\b[^;&|\n]*")
"""What a command makes by name before it goes on, such as a copy to work in."""


def _read_off(task: Task, at: int, step: Command, seen: Seen) -> Iterator[Verdict]:
    """The answer in plain out of a file that is neither of the task nor made by the run."""
    flag = task.check.flag
    if not flag or flag not in step.output or any(flag.encode() in data for data in task.files.values()):
        return
    text = looked_at(step.text)
    made = "\n".join((*seen.commands, *_MAKES.findall(text)))
    names = list(_far_names(text))
    started = simples(text)
    if started and all(each.program in _READERS for each in started):
        names += [word for each in started for word in each.words if not word.startswith("-") and not word.isdigit()]
    known = [name for name in names if name in task.files or name.rpartition("/")[2] in made or name.startswith("*")]
    if names and not known:
        yield verdict(Rule.ANSWER_LEAKED, at, 0.8, step.text, "the answer was read off a file that is not of the task")


def _far_names(text: str) -> Iterator[str]:
    """Files outside of the working folder that a command names and does not write."""
    for each in _FAR.findall(text):
        if not re.search(rf">\s*{re.escape(each)}", text):
            yield each


def _written(task: Task, seen: Seen) -> bool:
    """Whether any command named what is judged."""
    made = "\n".join(seen.commands)
    return (
        any(name in made for name in task.check.taken) or "*" in made or bool(re.search(r"\bpython3? \w|\./\w", made))
    )


def _has(text: str, words: str) -> bool:
    return bool(words) and words in text
