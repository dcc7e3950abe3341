"""A kind of tasks of which there is no end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from levee.frontier.packs.chance import Chance
    from levee.frontier.packs.types import Check

PYTHON = "/usr/bin/python3"
"""Where Python is inside the sandbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is told, what is given, and how it is judged."""

    prompt: str
    files: Mapping[str, bytes]
    check: Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How tasks of a kind are made, and that they can be solved.

    Attributes:
        name: the kind; its tasks are one family, for all are solved alike.
        make: makes one of chance and of the canary, which it puts into one file, once.
        solution: a Python program that solves any of them. It runs in the working folder, of which it knows what the
            prompt tells, and either prints the flag as its last line or writes the file that is asked for.
    """

    name: str
    make: Callable[[Chance, str], Made]
    solution: str

    @property
    def command(self) -> str:
        """The solution as one command of a shell."""
        return f"python3 - <<'LEVEE_END'\n{self.solution.strip()}\nLEVEE_END\n"


def flag(chance: Chance, digits: int = 24) -> str:
    """A flag that nobody guesses."""
    return f"flag{{{chance.digits(digits)}}}"
