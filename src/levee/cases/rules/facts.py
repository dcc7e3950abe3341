"""What has happened (CS): to one vendor's fix, and in the world. Facts never become undone.

A state is written as the six letters `vfdpxa`, a capital for what has happened, after Householder and Spring: the
vendor is aware (V), its fix is ready (F) and deployed (D); the public is aware (P), an exploit is public (X), attacks
were seen (A).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from levee.kernel.errors import AgainstRules, BadInput


class Event(StrEnum):
    """What can happen, in the order in which a state is written."""

    VENDOR_AWARE = "V"
    FIX_READY = "F"
    FIX_DEPLOYED = "D"
    PUBLIC_AWARE = "P"
    EXPLOIT_PUBLIC = "X"
    ATTACKS_OBSERVED = "A"

    @property
    def words(self) -> str:
        """Such as "fix ready"."""
        return self.name.lower().replace("_", " ")


_NEEDS = {Event.FIX_READY: Event.VENDOR_AWARE, Event.FIX_DEPLOYED: Event.FIX_READY}
FIX = (Event.VENDOR_AWARE, Event.FIX_READY, Event.FIX_DEPLOYED)
WORLD = frozenset({Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC, Event.ATTACKS_OBSERVED})
WHY_VENDOR_NEXT = "where the public knows, the vendor learns of it next"
WHY_PUBLIC_NEXT = "where an exploit is public, so is the flaw: that comes next"


@dataclass(frozen=True, slots=True)
class Facts:
    """What has happened so far, as one vendor stands in it; `str` gives `vfdpxa`."""

    happened: frozenset[Event] = frozenset()

    def __str__(self) -> str:
        """The six letters."""
        return "".join(each.value if each in self.happened else each.value.lower() for each in Event)

    @property
    def structural(self) -> list[Event]:
        """What could happen next by order alone: a fix is for who is aware, and is ready before it is deployed."""
        return [
            each
            for each in Event
            if each not in self.happened and (each not in _NEEDS or _NEEDS[each] in self.happened)
        ]

    @property
    def forced(self) -> Event | None:
        """The only event that can come next, where there is one: such a state lasts no longer than an instant."""
        if Event.EXPLOIT_PUBLIC in self.happened and Event.PUBLIC_AWARE not in self.happened:
            return Event.PUBLIC_AWARE
        if Event.PUBLIC_AWARE in self.happened and Event.VENDOR_AWARE not in self.happened:
            return Event.VENDOR_AWARE
        return None

    @property
    def legal(self) -> list[Event]:
        """What may happen next."""
        return [self.forced] if self.forced else self.structural

    def after(self, event: Event) -> Facts:
        """What has happened when one more thing has.

        Raises:
            AgainstRules: it cannot come next; the message says why.
        """
        if event not in self.legal:
            raise AgainstRules(
                f"{event.name.lower().replace('_', ' ')} ({event.value}): {self._why_not(event)}", code="case.cs"
            )
        return Facts(self.happened | {event})

    def joined(self, told: Facts) -> Facts:
        """What is known after somebody else's word on how far things went: any number of steps forward, none back.

        Raises:
            AgainstRules: it takes back what had happened.
        """
        if self.happened - told.happened:
            raise AgainstRules(f"{told} takes back what had happened in {self}", code="case.cs")
        return told

    def _why_not(self, event: Event) -> str:
        if event in self.happened:
            return f"it had happened already in {self}"
        if self.forced:
            return f"in {self} {WHY_PUBLIC_NEXT if self.forced is Event.PUBLIC_AWARE else WHY_VENDOR_NEXT}"
        return f"in {self} {_NEEDS[event].words} ({_NEEDS[event]}) comes first"


def facts(letters: str) -> Facts:
    """Read six letters such as `Vfdpxa`.

    Raises:
        BadInput: these are not the six, or a fix stands without what it needs.
    """
    if letters.upper() != "".join(Event):
        raise BadInput(f"“{letters}” is no state", advice="six letters as in Vfdpxa: a capital for what has happened")
    happened = frozenset(each for each, letter in zip(Event, letters, strict=True) if letter == each.value)
    for each, needed in _NEEDS.items():
        if each in happened and needed not in happened:
            raise BadInput(f"“{letters}” has {each.value} without {needed.value}", advice="V, then F, then D")
    return Facts(happened)


def every_state() -> list[Facts]:
    """All 32: four steps of a vendor's fix, and three facts of the world in any combination."""
    order = list(Event)
    return [
        Facts(frozenset(order[:fix]) | frozenset(each for each, is_so in zip(order[3:], world, strict=True) if is_so))
        for fix, world in product(range(4), product((False, True), repeat=3))
    ]
