from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.kernel.errors import NotFound
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from uuid import UUID

    from levee.house.calendar import Closing


class Name(StrEnum):
    """What a house can choose."""

    PUBLISH_ALONE = "publish_alone"
    NOTICE_CAP = "notice_cap"

    @property
    def says(self) -> str:
        """What is chosen, in words."""
        return _SAYS[self]

    @property
    def default(self) -> str:
        """What holds where nothing was chosen."""
        return _DEFAULTS[self]

    @property
    def values(self) -> tuple[str, ...]:
        """What can be chosen."""
        return _VALUES[self]


Given = int | date | time | datetime | None
"""What a closing is made of."""
YES, NO = "yes", "no"
_SAYS = {
    Name.PUBLISH_ALONE: "One coordinator may publish alone",
    Name.NOTICE_CAP: "Operators that are told of one case before its flaw is public, at most",
}
_DEFAULTS = {Name.PUBLISH_ALONE: NO, Name.NOTICE_CAP: "5"}
_VALUES: dict[Name, tuple[str, ...]] = {Name.PUBLISH_ALONE: (NO, YES), Name.NOTICE_CAP: ("0", "5", "10", "25", "50")}


def named(text: str) -> Name:
    """The setting of a name; NotFound where there is none."""
    for each in Name:
        if each == text:
            return each
    raise NotFound("there is no such setting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What holds in a house, and since when.

    Attributes:
        because, by, at: why, by whom and when it was chosen; empty and None where it is the default.
    """

    name: Name
    value: str
    because: str = ""
    by: UUID | None = None
    at: datetime | None = None

    @property
    def says(self) -> str:
        """What is chosen, in words."""
        return self.name.says


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A closing that the house keeps."""

    id: UUID
    closing: Closing
    at: datetime

    @property
    def public_id(self) -> str:
        """`CLO-…`."""
        return public_id("CLO", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Somebody is on call.

    Attributes:
        name: of the person; empty where it is of the house no more.
        address: where letters go meanwhile; empty for the house's own address.
    """

    id: UUID
    person: UUID
    name: str
    address: str
    start: datetime
    end: datetime

    @property
    def public_id(self) -> str:
        """`SHI-…`."""
        return public_id("SHI", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What somebody left for whoever is on call next; `cursor` is the last change in cases that it knew."""

    by: str
    note: str
    cursor: str
    at: datetime
