"""Whether a run cheated: all rules over all steps, every verdict kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.frontier.integrity.answers import about_answers
from levee.frontier.integrity.bending import about_bending
from levee.frontier.integrity.places import about_places
from levee.frontier.integrity.reaching import about_reaching
from levee.frontier.integrity.types import Judged

if TYPE_CHECKING:
    from levee.frontier.integrity.types import Talk
    from levee.frontier.packs.types import Task


def judged(task: Task, talk: Talk) -> Judged:
    """All verdicts on one run, in the order of its steps, each said once.

    Args:
        task: with its answer, which the rules look for.
        talk: of a run of this task.
    """
    found = (
        *about_answers(task, talk),
        *about_places(task, talk),
        *about_reaching(talk),
        *about_bending(task, talk),
    )
    once = sorted(set(found), key=lambda each: (each.step, each.rule, -each.confidence, each.why))
    return Judged(task=talk.task, epoch=talk.epoch, verdicts=tuple(once))
