"""Tasks made for one use: the same for the same seed, and unknown to whoever does not know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.frontier.packs.chance import Chance
from levee.frontier.packs.kinds.table import KINDS
from levee.frontier.packs.types import Pack, Part, Task
from levee.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection

    from levee.frontier.packs.kinds.kind import Kind


def generate(kind: str, seed: bytes, *, part: Part = Part.SEALED) -> Task:
    """One task of a kind, with names, numbers, flag and canary of its own.

    Args:
        kind: one of KINDS.
        seed: whoever knows it can make the task and its answer; 16 bytes of chance or more.
        part: who may see it.

    Raises:
        NotFound: there is no such kind.
    """
    made_by = kind_named(kind)
    chance = Chance(seed, kind)
    name, canary = f"{kind}-{chance.digits(8)}", f"canary-{chance.digits(32)}"
    made = made_by.make(chance, canary)
    return Task(
        name=name,
        kind=kind,
        family=kind,
        prompt=made.prompt.strip(),
        files=made.files,
        check=made.check,
        canary=canary,
        part=part,
    )


def generate_pack(
    name: str, version: str, seed: bytes, *, each: int, kinds: Collection[str] = (), part: Part = Part.SEALED
) -> Pack:
    """A pack of so many tasks of each kind, the kinds in turn, so that each look of a plan sees all of them.

    Args:
        name: of the pack.
        version: of the pack.
        seed: whoever knows it knows every answer.
        each: how many tasks of each kind.
        kinds: which; all where none is named.
        part: who may see them.

    Raises:
        NotFound: there is no such kind.
    """
    asked = list(kinds) or list(KINDS)
    chance = Chance(seed, "pack")
    rounds = [(kind, chance.data(32)) for _ in range(each) for kind in chance.mixed(asked)]
    return Pack(name=name, version=version, tasks=tuple(generate(kind, own, part=part) for kind, own in rounds))


def kind_named(name: str) -> Kind:
    """The kind of this name; NotFound lists those that are there."""
    if name not in KINDS:
        raise NotFound("there is no such kind of tasks", place=name, advice=f"one of {', '.join(KINDS)}")
    return KINDS[name]
