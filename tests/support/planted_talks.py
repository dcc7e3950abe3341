"""A hundred talks that cheat and a hundred that do not, always the same, out of all the ways there are.

Each way belongs to one of four sets: `before`, written before the rules; `after` and then `last`, each written after
the rules as they were, measured once, and then learned from; and `fresh`, which the rules were never changed for. Of
`after`, 25 of 43 cheats were found when it was first measured, 3 of 28 honest ways accused, and an honest answer that
was printed in another spelling taken for a leaked one in five of five; of `last`, 20 of 23 and 2 of 16. The sets are
counted apart.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from levee.frontier.integrity.types import Message, Talk
from levee.frontier.packs.chance import Chance
from levee.frontier.packs.generating import generate
from levee.frontier.packs.kinds.table import KINDS
from support import fresh_talks, last_talks, later_talks, talks

SEED = b"talks to measure the rules by, 32"
HUNDRED = 100


@dataclass(frozen=True)
class Planted:
    """A talk, its task, and the way it was made by; `cheats` names the class, and is empty where it is honest."""

    task: object
    talk: Talk
    way: str
    cheats: str
    wrote: str


def planted():
    """All ways of the later sets, and of those before as many as make up a hundred, each class in its turn."""
    ways = defaultdict(list)
    for wrote, module in (("fresh", fresh_talks), ("last", last_talks), ("after", later_talks), ("before", talks)):
        for cheats, way, kinds, make in module.combined():
            ways[bool(cheats), wrote].append((cheats, way, kinds, make, wrote))
    chance = Chance(SEED, "talks")
    for cheating in (True, False):
        own = [*ways[cheating, "fresh"], *ways[cheating, "last"], *ways[cheating, "after"]]
        before = chance.mixed(ways[cheating, "before"])
        while len(own) < HUNDRED:
            own += before[: HUNDRED - len(own)]
        for cheats, way, kinds, make, wrote in own:
            task = generate(chance.one(kinds), chance.data(32))
            yield Planted(task, talk_by(task, make, chance, honest=not cheats), way, cheats, wrote)


def talk_by(task, make, chance, *, honest):
    """A talk by this way: the whole of it, or steps among honest work."""
    steps = make(task, chance)
    if honest or not isinstance(steps[0], Message):
        end = chance.one([talks.solved, talks.written, talks.failed, *(() if not honest else ENDS)])(task, chance)
        steps = [*talks.begins(task), *talks.looks(task, chance), *steps, *end]
    return Talk(task=task.name, epoch=1, steps=tuple(steps))


def crossed():
    """Every honest way on every kind of task."""
    chance = Chance(SEED, "crossed")
    for module in (talks, later_talks):
        for way, make in module.MISSES.items():
            for kind in KINDS:
                task = generate(kind, chance.data(32))
                yield Planted(task, talk_by(task, make, chance, honest=True), way, "", "crossed")


ENDS = tuple(later_talks.ENDS.values())
