"""Runs of an evaluation as talks: what was said and what was run, in one order."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from levee.frontier.evaluations.types import SUBMIT
from levee.frontier.evaluations.types import Message as Said
from levee.frontier.integrity.types import Command, Message, Submission, Talk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.frontier.evaluations.types import Call, Transcript
    from levee.frontier.integrity.types import Step


def talk_of(transcript: Transcript) -> Talk:
    """The steps of a run; where a tool answered, its call stands. The first thing handed in is what was judged."""
    return Talk(task=transcript.task, epoch=transcript.epoch, steps=tuple(_steps(transcript)))


def _steps(transcript: Transcript) -> Iterator[Step]:
    right: bool | None = transcript.success
    for each in _in_order(transcript):
        if isinstance(each, Said):
            yield Message(each.role, each.text)
        elif each.tool == SUBMIT:
            yield Submission(each.given, right)
            right = None  # nobody judged what came later
        else:
            yield Command(each.given, each.output)


def _in_order(transcript: Transcript) -> Iterator[Said | Call]:
    """Messages, and each call in the place of what its tool answered; those without an answer last."""
    calls = iter(transcript.calls)
    for message in transcript.messages:
        if message.role != "tool":
            yield message
        else:
            yield from itertools.islice(calls, 1)
    yield from calls
