"""What the drivers tell, read as hostile input: a closed list of facts, each behind the run's code."""

from __future__ import annotations

import json
from dataclasses import dataclass

from levee.platform.sandbox.port import Outcome  # noqa: TC001 (part of a public type)

KNOWN = frozenset(
    {
        "loaded", "unloaded", "absent", "entered", "returned", "threw", "mismatch", "intrinsic", "changed",
        "evaluated", "process", "connect", "outside", "done",
    }
)  # fmt: skip
_MOST = 2000
_LONGEST = 2000
_MOST_VALUES = 4

Fact = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One run, as the driver told it and as it was seen from outside.

    Attributes:
        facts: in order; the name, then its values as text.
        strays: lines on the fact pipe without the run's code, or of no known shape: someone else wrote them.
    """

    facts: tuple[Fact, ...]
    strays: int
    outcome: Outcome

    def of(self, name: str) -> tuple[Fact, ...]:
        """The facts of one name."""
        return tuple(fact for fact in self.facts if fact[0] == name)

    @property
    def done(self) -> bool:
        """Whether the driver came to its end with no limit met."""
        return bool(self.of("done")) and not self.outcome.hits and self.outcome.exit == 0

    def entered(self, steps: int) -> bool:
        """Whether every one of so many steps was entered."""
        return {fact[1] for fact in self.of("entered") if len(fact) > 1} == {str(index) for index in range(steps)}


def read_facts(outcome: Outcome, code: str) -> Observation:
    """Read the fact pipe of a run whose secret code is `code`."""
    facts: list[Fact] = []
    strays = 0
    for line in outcome.facts.split(b"\n")[:_MOST]:
        if not line:
            continue
        fact = _fact(line, code)
        if fact is None:
            strays += 1
        else:
            facts.append(fact)
    return Observation(facts=tuple(facts), strays=strays, outcome=outcome)


def _fact(line: bytes, code: str) -> Fact | None:
    prefix = code.encode() + b" "
    if not line.startswith(prefix) or len(line) > _LONGEST:
        return None
    text = line[len(prefix) :].decode("utf-8", "replace")
    values: list[str] = []
    decoder = json.JSONDecoder()
    while text:
        try:
            value, end = decoder.raw_decode(text)
        except (ValueError, RecursionError):
            return None
        if not isinstance(value, str) or len(values) == _MOST_VALUES:
            return None
        values.append(value.encode("utf-8", "replace").decode())
        text = text[end:].lstrip(" ")
    return tuple(values) if values and values[0] in KNOWN else None
