"""A state machine as one table: from, verb, to. Everything else about it is worked out from the table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from levee.kernel.errors import AgainstRules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

S = TypeVar("S", bound=StrEnum)
V = TypeVar("V", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine(Generic[S, V]):
    """What can happen to one thing.

    Attributes:
        name: the field's short name, such as `EM`.
        of: what it is about, as a refusal names it, such as "an embargo".
        start: where it begins.
        ends: where it may rest for good.
        steps: every step that there is.
    """

    name: str
    of: str
    start: S
    ends: frozenset[S]
    steps: Mapping[tuple[S, V], S]

    def after(self, state: S, verb: V) -> S:
        """The state that a verb leads to.

        Raises:
            AgainstRules: there is no such step; the message names the machine and what is possible instead.
        """
        if (state, verb) not in self.steps:
            possible = ", ".join(each.value for each in self.open_to(state)) or "nothing"
            raise AgainstRules(
                f"{self.of} that is {_words(state)} does not take “{_words(verb)}” ({self.name})",
                code=f"case.{self.name.lower()}",
                advice=f"possible now: {possible}",
            )
        return self.steps[state, verb]

    def open_to(self, state: S) -> list[V]:
        """The verbs that are possible in a state, in the table's order."""
        return [verb for (before, verb) in self.steps if before is state]

    def words(self, length: int) -> Iterator[tuple[V, ...]]:
        """Every sequence of so many verbs that leads from the start to an end."""
        walks: Collection[tuple[tuple[V, ...], S]] = [((), self.start)]
        for _ in range(length):
            walks = [((*word, verb), self.steps[state, verb]) for word, state in walks for verb in self.open_to(state)]
        return (word for word, state in walks if state in self.ends)


def _words(state: StrEnum) -> str:
    return state.value.replace("_", " ")
