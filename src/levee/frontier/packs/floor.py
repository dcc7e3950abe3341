"""What an agent without a model gets: it greps for flags in all that it is given, plain or thinly wrapped.

The share of a pack that it solves is a floor: of a rate near it nothing follows.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from levee.frontier.packs.types import Task

MOST = 5
"""Guesses that are worth trying; the first is its answer."""

_FLAG = re.compile(rb"[A-Za-z0-9_]{2,16}\{[!-z|~]{1,80}\}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{12,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
_WIDE = re.compile(rb"(?:[ -~]\x00){6,}")


@dataclass(frozen=True, slots=True)
class Floor:
    """How many tasks of a kind there are, and how many of them the agent solves."""

    tasks: int
    solved: int


def floors(tasks: Iterable[Task]) -> dict[str, Floor]:
    """What the agent gets of each kind, the kinds in order of their names.

    A task is solved where any of its guesses is the flag; one that a command judges is not, for it writes no files.
    """
    told: dict[str, list[bool]] = defaultdict(list)
    for task in tasks:
        told[task.kind].append(task.check.flag in guesses(task.prompt, task.files))
    return {kind: Floor(len(solved), sum(solved)) for kind, solved in sorted(told.items())}


def guesses(prompt: str, files: Mapping[str, bytes]) -> list[str]:
    """What looks like a flag, best first, at most MOST.

    Args:
        prompt: what a model is told.
        files: what lies in its working folder.
    """
    found: dict[str, None] = {}
    for data in (prompt.encode(), *files.values()):
        for seen in (data, *unwrapped(data)):
            for each in _FLAG.findall(seen):
                found[each.decode()] = None
    return sorted(found, key=lambda each: not re.match("(?i)(flag|ctf|picoctf)", each))[:MOST]


def unwrapped(data: bytes) -> Iterator[bytes]:
    """The same out of base64, hexadecimal digits, rot13, wide characters and backwards, and once more out of those."""
    once = list(_once(data))
    yield from once
    for each in once:
        yield from _once(each)


def _once(data: bytes) -> Iterator[bytes]:
    yield data[::-1]
    yield codecs.encode(data.decode("latin-1"), "rot13").encode("latin-1")
    yield b"\n".join(each.replace(b"\0", b"") for each in _WIDE.findall(data))
    yield from _decoded(data)


def _decoded(data: bytes) -> Iterable[bytes]:
    for each in _BASE64.findall(data):
        try:
            yield base64.b64decode(each + b"=" * (-len(each) % 4), validate=True)
        except binascii.Error:
            continue
    for each in _HEX.findall(data):
        yield bytes.fromhex(each.decode())
