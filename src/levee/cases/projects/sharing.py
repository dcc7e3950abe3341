"""Who may pass on what, by the Traffic Light Protocol (TLP 2.0, FIRST 2022): one table."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.facts import Event
from levee.policy.actors import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from levee.cases.rules.embargo import Embargo


class Label(StrEnum):
    """How something is to be handled, the most bound first."""

    RED = "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER"
    GREEN = "TLP:GREEN"
    CLEAR = "TLP:CLEAR"


class Circle(StrEnum):
    """Whom something is passed on to, the nearest first."""

    OWN = "own"
    CLIENTS = "clients"
    COMMUNITY = "community"
    EVERYONE = "everyone"

    @property
    def says(self) -> str:
        """In words."""
        return _SAYS[self]


_SAYS = {
    Circle.OWN: "those of your organisation who need it",
    Circle.CLIENTS: "those of your clients who need it to protect themselves",
    Circle.COMMUNITY: "your community, but not in public",
    Circle.EVERYONE: "everyone",
}
_UP_TO: Mapping[Label, Circle | None] = {
    Label.RED: None,  # the persons who were told, and nobody else
    Label.AMBER_STRICT: Circle.OWN,
    Label.AMBER: Circle.CLIENTS,
    Label.GREEN: Circle.COMMUNITY,
    Label.CLEAR: Circle.EVERYONE,
}
HAVE_CLIENTS = frozenset({OrganisationKind.VENDOR, OrganisationKind.INTERMEDIARY})
"""Those who look after what others run: a provider of managed services is an intermediary."""


def circles(label: Label, kind: OrganisationKind) -> tuple[Circle, ...]:
    """Whom an organisation that was told may tell, the nearest first; none where only persons were.

    Args:
        label: what the information is marked with.
        kind: of the organisation.
    """
    last = _UP_TO[label]
    if last is None:
        return ()
    every = list(Circle)
    return tuple(each for each in every[: every.index(last) + 1] if each is not Circle.CLIENTS or kind in HAVE_CLIENTS)


def label_of(embargo: Embargo, world: Collection[Event]) -> Label:
    """What the content of a case is marked with: bound to the organisations in it while an embargo holds."""
    if {Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC} & set(world):
        return Label.CLEAR
    return Label.AMBER_STRICT if embargo in HOLDING else Label.AMBER
