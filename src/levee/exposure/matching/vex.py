"""What makers state about their products (VEX): a match that they excuse is shown with the reason, not raised. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.exposure.matching.engine import Found
    from levee.formats.vex import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused:
    """A match that does not stand, and the statement that takes it away."""

    found: Found
    statement: Statement

    @property
    def because(self) -> str:
        """The justification as it is shown: the format's word, the maker's sentence, and who said so."""
        told = self.statement
        words = ": ".join(filter(None, (told.justification.replace("_", " "), told.detail)))
        return f"not affected, {words} ({told.source})"


def excuse(found: Iterable[Found], statements: Sequence[Statement]) -> tuple[Sequence[Found], Sequence[Excused]]:
    """Part matches from those that a statement excuses.

    A statement is bound to a package and a vulnerability under any of its names; it holds for every version.

    Args:
        found: every match.
        statements: those that the operator relies on.
    """
    by_package: dict[tuple[str, str], list[Statement]] = {}
    for each in statements:
        if each.excuses:
            by_package.setdefault(each.package, []).append(each)
    standing, excused = [], []
    for match in found:
        names = {match.vulnerability, match.record.name, *match.record.aliases}
        told = by_package.get((match.component.ecosystem, match.component.name), ())
        statement = next((each for each in told if each.vulnerabilities & names), None)
        if statement is None:
            standing.append(match)
        else:
            excused.append(Excused(found=match, statement=statement))
    return standing, excused
