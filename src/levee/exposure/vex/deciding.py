"""Which matches statements (VEX) take away: shown with the reason, not raised. Pure.

A statement counts for the product that it names, and where it says that this is a part of another, only there. Of all
that name a component and its vulnerability the newest decides; of one instant the one that names versions the most
exactly; after that the one that does not excuse.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from levee.exposure.matching.engine import Found
    from levee.formats.vex import Product, Statement
    from levee.inventory.types import Asset, Component


@dataclass(frozen=True, slots=True, kw_only=True)
class Relied:
    """A statement that the operator relies on.

    Attributes:
        inventory: it counts in this one alone; None for all.
        by: the key of the operator's own record of it; None for what a publisher says to everybody.
    """

    statement: Statement
    inventory: UUID | None = None
    by: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused:
    """A match that does not stand, and the statement that takes it away."""

    found: Found
    relied: Relied

    @property
    def because(self) -> str:
        """The reason as it is shown."""
        statement = self.relied.statement
        return f"{statement.why} ({statement.source})"


class Surroundings:
    """What else is on each asset: a statement on a part counts where the whole is."""

    def __init__(self, components: Iterable[Component]) -> None:
        self._on: dict[UUID, list[Component]] = defaultdict(list)
        for each in components:
            self._on[each.asset.id].append(each)

    def hold(self, asset: Asset, product: Product) -> bool:
        """Whether an asset has a product on it."""
        return any(product.names(each.purl, each.ecosystem, each.name, each.version) for each in self._on[asset.id])


def bound(statement: Statement, inventory: UUID, *, by: UUID | None = None) -> Relied:
    """A statement that the operator relies on for one inventory.

    What a CycloneDX document describes, and its components are parts of, is then that inventory.

    Args:
        statement: what is stated.
        inventory: where it counts.
        by: as in `Relied`.
    """
    told = replace(statement, within=None) if statement.format == "CycloneDX" else statement
    return Relied(statement=told, inventory=inventory, by=by)


def excuse(
    found: Iterable[Found], statements: Sequence[Relied], around: Surroundings
) -> tuple[Sequence[Found], Sequence[Excused]]:
    """Part matches from those that a statement excuses.

    Args:
        found: every match.
        statements: those that the operator relies on.
        around: what is on the assets beside the matches.
    """
    named = by_vulnerability(statements)
    standing, excused = [], []
    for match in found:
        relied = deciding(match, named, around)
        if relied is None or not relied.statement.excuses:
            standing.append(match)
        else:
            excused.append(Excused(found=match, relied=relied))
    return standing, excused


def by_vulnerability(statements: Iterable[Relied]) -> Mapping[str, Sequence[Relied]]:
    """Statements under every name of their vulnerability."""
    named: dict[str, list[Relied]] = defaultdict(list)
    for each in statements:
        for name in each.statement.vulnerabilities:
            named[name].append(each)
    return named


def deciding(match: Found, named: Mapping[str, Sequence[Relied]], around: Surroundings) -> Relied | None:
    """The statement that decides about a match, whatever it says; None where there is none.

    Args:
        match: the match.
        named: statements, `by_vulnerability`.
        around: what is on the assets beside the matches.
    """
    about = (each for name in names(match) for each in named.get(name, ()))
    return max((each for each in about if _counts(each, match, around)), key=_weight, default=None)


def names(match: Found) -> frozenset[str]:
    """Every name of a match's vulnerability."""
    return frozenset({match.vulnerability, match.record.name, *match.record.aliases})


def _counts(relied: Relied, match: Found, around: Surroundings) -> bool:
    told, component = relied.statement, match.component
    if relied.inventory not in {None, component.asset.inventory} or (told.apart and relied.inventory is None):
        return False
    if not told.product.names(component.purl, component.ecosystem, component.name, component.version):
        return False
    return told.within is None or around.hold(component.asset, told.within)


def _weight(relied: Relied) -> tuple[object, ...]:
    told = relied.statement
    return told.at, told.product.exactness, not told.excuses
