"""SSVC decision tables held as data: BOD 26-04's remediation timelines, all sixteen rows.

Source: CERTCC/SSVC, decision table `cisa:DT_BOD2604:1.0.0`. Two inputs come from outside the advisory: whether the
vulnerability is in KEV, and whether this asset is reachable from the internet; SSVC gives the other two.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from importlib import resources

from levee.kernel.errors import BadInput

TABLE_ID = "cisa:DT_BOD2604:1.0.0"
TABLE_VERSION = "1.0.0"


class Result(Enum):
    """What the table asks for."""

    TIMED = "timed"
    UPGRADE = "upgrade"


class Impact(Enum):
    """SSVC's technical impact (ssvc:TI:1.0.0)."""

    PARTIAL = "partial"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row; `days` counts calendar days from the clock's start and is None for a fix on system upgrade."""

    row: int
    kev: bool
    exposed: bool
    automatable: bool
    technical_impact: Impact
    result: Result
    days: int | None
    forensic: bool

    def describe(self) -> str:
        """The result in the directive's words."""
        if self.days is None:
            return "fix on system upgrade"
        return f"{self.days} days" + (" and forensic investigation" if self.forensic else "")


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """The table, in the order of its row numbers."""
    text = resources.files("levee.formats").joinpath("bod_26_04.csv").read_text(encoding="utf-8")
    return tuple(_row(line) for line in csv.DictReader(io.StringIO(text)))


def decide(*, kev: bool, exposed: bool, automatable: bool, technical_impact: Impact) -> Row:
    """The row that holds for these four inputs. Which of them were assumed is for the caller to say."""
    asked = (kev, exposed, automatable, technical_impact)
    return next(row for row in rows() if (row.kev, row.exposed, row.automatable, row.technical_impact) == asked)


def read_yes_no(text: str, place: str = "") -> bool:
    """SSVC's yes or no, in any letter case (published data mixes them).

    Raises:
        BadInput: anything else, the empty text too: unknown is not no.
    """
    known = {"yes": True, "no": False}.get(text.strip().lower())
    if known is None:
        raise BadInput(f"{text!r} is neither yes nor no", code="ssvc.value", place=place)
    return known


def read_impact(text: str, place: str = "") -> Impact:
    """SSVC's technical impact, in any letter case.

    Raises:
        BadInput: anything but partial or total.
    """
    try:
        return Impact(text.strip().lower())
    except ValueError as error:
        raise BadInput(f"{text!r} is neither partial nor total", code="ssvc.value", place=place) from error


def _row(line: dict[str, str]) -> Row:
    return Row(
        row=int(line["row"]),
        kev=read_yes_no(line["kev"]),
        exposed=read_yes_no(line["exposed"]),
        automatable=read_yes_no(line["automatable"]),
        technical_impact=Impact(line["technical_impact"]),
        result=Result(line["result"]),
        days=int(line["days"]) if line["days"] else None,
        forensic=read_yes_no(line["forensic"]),
    )
