"""Large files on their way in, and what is seen of a file before it is imported."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.inventory.types.kept import Diff  # noqa: TC001 - msgspec reads the annotations of `Seen`
from levee.inventory.types.stated import Columns, Corrections, NotUnderstood, Reason
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.inventory.types.kept import Preview
    from levee.inventory.types.stated import StatedComponent

SHOWN = 100
"""Lines of each list that are seen of a large file before it is imported."""


class IntakeState(StrEnum):
    """Where a file on its way in stands; `seen` waits for a person who asked to look at it first."""

    WAITING = "waiting"
    READING = "reading"
    SEEN = "seen"
    STORING = "storing"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a file could not be taken, in a refusal's words; `headings` are those of a table that was not understood."""

    message: str
    code: str = ""
    place: str = ""
    advice: str = ""
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """A component as a file states it, in few words; `understood` is its package URL, or why it cannot be matched."""

    place: str
    stated: str
    asset: str
    understood: str
    matchable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an import would understand and change, in figures and the first lines of each list."""

    kind: str
    format: str
    rows: int
    assets: int
    components: int
    matchable: int
    findings: int
    repeated: int
    system: str
    tables: tuple[Columns, ...]
    reasons: tuple[Reason, ...]
    not_understood: tuple[NotUnderstood, ...]
    remarks: tuple[NotUnderstood, ...]
    unread: int
    remarked: int
    lines: tuple[SeenLine, ...]
    diff: Diff

    @classmethod
    def of(cls, preview: Preview) -> Seen:
        """Of a file that was looked at."""
        reading = preview.reading
        return cls(
            kind=reading.kind,
            format=reading.format,
            rows=reading.rows,
            assets=len(reading.assets),
            components=len(reading.components),
            matchable=reading.matchable,
            findings=len(reading.findings),
            repeated=reading.repeated,
            system=reading.system,
            tables=reading.tables,
            reasons=tuple(replace(each, stated=each.stated[:SHOWN]) for each in reading.reasons),
            not_understood=reading.not_understood[:SHOWN],
            remarks=reading.remarks[:SHOWN],
            unread=len(reading.not_understood),
            remarked=len(reading.remarks),
            lines=tuple(_line(each) for each in reading.components[:SHOWN]),
            diff=preview.diff.cut,
        )


def _line(each: StatedComponent) -> SeenLine:
    return SeenLine(
        place=each.place,
        stated=each.stated,
        asset=each.asset,
        understood=each.unmatchable or each.purl,
        matchable=not each.unmatchable,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A large file on its way to be an import.

    Attributes:
        name: of the inventory. filename: as its sender called it. size: in bytes. sent_by: the sender's key.
        look: it is to be looked at, and imported only when somebody says so.
        progress: how many rows are read, or components written, of the `expected` ones where that is known.
        seen: what an import would do, once that is known and was asked for. fault: why it failed.
        done: the import that it became.
    """

    id: UUID
    name: str
    filename: str
    size: int
    at: datetime
    sent_by: UUID
    state: IntakeState
    look: bool
    progress: int = 0
    expected: int | None = None
    corrections: Corrections = field(default_factory=Corrections)
    seen: Seen | None = None
    fault: Fault | None = None
    done: UUID | None = None
    ended_at: datetime | None = None

    @property
    def moving(self) -> bool:
        """Whether it goes on by itself."""
        return self.state in {IntakeState.WAITING, IntakeState.READING, IntakeState.STORING}

    @property
    def public_id(self) -> str:
        """`ITK-…`."""
        return public_id("ITK", self.id)

    @property
    def import_id(self) -> str:
        """`IMP-…` of the import that it became; empty until then."""
        return public_id("IMP", self.done) if self.done else ""
