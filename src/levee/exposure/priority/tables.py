"""Policy tables held as data: some questions, every combination of their answers, and what each of them asks for. Pure.

One engine for all of them: BOD 26-04, SSVC's deployer tree, a table of the organisation's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from levee.formats.signals import VALUES
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """How long there is: `days` from the start of the clock, or None for the next upgrade."""

    days: int | None
    forensics: bool = False

    @property
    def label(self) -> str:
        """The band in words."""
        if self.days is None:
            return "with the next upgrade"
        days = "1 day" if self.days == 1 else f"{self.days} days"
        return days + (", with forensic investigation" if self.forensics else "")


def strictness(band: Band) -> tuple[float, bool]:
    """A sort key: the most pressing band first."""
    return (float("inf") if band.days is None else band.days, not band.forensics)


def milder(one: Band, other: Band) -> bool:
    """Whether a band leaves more time than another."""
    return strictness(one) > strictness(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One combination of answers, and what it asks for.

    Attributes:
        number: as its source counts. when: the answers, in the order of the table's questions.
        result: the source's own word for the outcome.
    """

    number: int
    when: tuple[str, ...]
    result: str
    band: Band


@dataclass(frozen=True, kw_only=True)
class Table:
    """A policy table in one version.

    Attributes:
        key: stays the same over all versions. name: a short one, for the command line. title: for people.
        source: where it comes from, in a sentence.
        inputs: its questions, each one of `levee.formats.signals.VALUES`.
        rows: every combination of answers once.
        binds: the kinds of organisations whom it obliges; for all others it is advice.
        since: from which day on it obliges them.
    """

    key: str
    version: str
    name: str
    title: str
    source: str
    inputs: tuple[str, ...]
    rows: tuple[Row, ...]
    binds: frozenset[str] = frozenset()
    since: date | None = None

    @property
    def edition(self) -> str:
        """Key and version, as every date names it."""
        return f"{self.key}:{self.version}"

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """Each question with the answers that it knows, the mildest first."""
        return {name: VALUES[name] for name in self.inputs}

    @cached_property
    def _rows(self) -> Mapping[tuple[str, ...], Row]:
        return {row.when: row for row in self.rows}

    def decide(self, answers: Mapping[str, str]) -> Row:
        """The row that holds for these answers. Which of them were assumed is for the caller to say.

        Raises:
            BadInput: a question of the table has no answer, or one that the table does not know.
        """
        missing = [name for name in self.inputs if name not in answers]
        if missing:
            raise BadInput(
                f"{self.title} also asks for: {', '.join(missing)}",
                code="priority.missing",
                advice="answer that too, or choose what is assumed",
            )
        asked = tuple(answers[name] for name in self.inputs)
        if asked not in self._rows:
            raise BadInput(f"{self.title} has no row for {', '.join(asked)}", code="priority.answer")
        return self._rows[asked]

    def oddities(self) -> tuple[str, ...]:
        """Where a graver answer leaves more time than a milder one, in words; a careful table has no such place."""
        return tuple(
            f"row {grave.number} ({', '.join(grave.when)}) leaves more time than row {mild.number}, "
            f"though {name.replace('_', ' ')} is graver"
            for mild in self.rows
            for name, grave in self._graver(mild)
            if milder(grave.band, mild.band)
        )

    def _graver(self, row: Row) -> Iterator[tuple[str, Row]]:
        """The rows that differ from one in a single answer, which is the next graver one."""
        for place, (name, values) in enumerate(self.choices.items()):
            at = values.index(row.when[place])
            if at + 1 < len(values):
                yield name, self._rows[(*row.when[:place], values[at + 1], *row.when[place + 1 :])]


def combinations(inputs: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every combination of answers to some questions."""
    return product(*(VALUES[name] for name in inputs))
