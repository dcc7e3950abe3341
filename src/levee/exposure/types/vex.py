from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.formats.vex import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """The statement (VEX) by which a match is put aside.

    Attributes:
        author: who says so. at: when. why: status, justification and the author's own words.
        product: as the statement names it. document, format, place: where it stands.
        by: the key of the operator's own record of it; None for what a publisher says to everybody through a feed.
    """

    author: str
    at: datetime
    status: Status
    justification: str
    detail: str
    why: str
    product: str
    document: str
    format: str
    place: str
    by: UUID | None

    @property
    def statement_id(self) -> str:
        """`VXS-…`, or empty where it came through a feed."""
        return public_id("VXS", self.by) if self.by else ""

    @property
    def words(self) -> str:
        """Who says what, where and since when, in one sentence."""
        where = f" in {self.document}" if self.document else ""
        return f"{self.author} says{where}, {self.at:%Y-%m-%d}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VexStatement:
    """One statement that the operator relies on, or relied on.

    Attributes:
        within: it counts where the product is a part of this one; empty for everywhere.
        matches: how many it puts aside now.
        withdrawn_at: since when it no longer counts; None while it does. withdrawn_by: a person's name.
    """

    id: UUID
    vulnerabilities: tuple[str, ...]
    product: str
    within: str
    status: Status
    justification: str
    detail: str
    at: datetime
    place: str
    matches: int
    withdrawn_at: datetime | None
    withdrawn_by: str
    note: str

    @property
    def public_id(self) -> str:
        """`VXS-…`."""
        return public_id("VXS", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vex:
    """A document of statements that the operator relies on, or relied on.

    Attributes:
        name: the document's own. author: who speaks in it. inventory: it counts in this one alone; None for all.
        added_by: a person's name. statements, counting: how many it holds, and how many of them count.
        matches: how many matches it puts aside now.
        not_understood: places in it and why what stands there excuses nothing.
        withdrawn_at: since when nothing of it counts. withdrawn_by: a person's name.
    """

    id: UUID
    name: str
    author: str
    format: str
    filename: str
    sha256: str
    inventory: UUID | None
    added_by: str
    added_at: datetime
    statements: int
    counting: int
    matches: int
    not_understood: tuple[tuple[str, str], ...]
    withdrawn_at: datetime | None
    withdrawn_by: str
    note: str

    @property
    def public_id(self) -> str:
        """`VEX-…`."""
        return public_id("VEX", self.id)

    @property
    def inventory_id(self) -> str:
        """`INV-…`, or empty."""
        return public_id("INV", self.inventory) if self.inventory else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What an imported bill of materials says of flaws in its own components.

    Attributes:
        statements: so many can count in its inventory. excusing: so many of them excuse.
        relied_on: the operator does so already. problem: why it cannot, in a sentence; empty where it can.
    """

    statements: int = 0
    excusing: int = 0
    author: str = ""
    relied_on: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VexDetail:
    """A document with its statements, in its own order; at most 500 of them, those that put something aside first."""

    vex: Vex
    statements: tuple[VexStatement, ...]
