"""What the ledger hands out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime

    from levee.ledger.core.exports import Sealed

Kind = Literal["case", "organisation", "public", "internal"]
NOBODY = UUID(int=0)
_PREFIXES = {"case": "CAS", "organisation": "ORG"}


class LogName(NamedTuple):
    """Which log: that of a case or an organisation (by key), the public one or the internal one."""

    kind: Kind
    key: UUID = NOBODY

    def __str__(self) -> str:
        prefix = _PREFIXES.get(self.kind)
        return f"{self.kind}/{public_id(prefix, self.key)}" if prefix else self.kind


PUBLIC = LogName("public")
INTERNAL = LogName("internal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as a reader may know it."""

    id: UUID
    log: LogName
    sealed: Sealed

    @property
    def position(self) -> int:
        """Place in its log, from 0."""
        return self.sealed.position

    @property
    def fields(self) -> dict[str, object]:
        """The fields that can still be read: `verb`, `subject`, `actor`, `at` and those of the act."""
        return {name: opened.value for name, opened in self.sealed.opened.items()}

    @property
    def public_id(self) -> str:
        """How people and APIs name it."""
        return public_id("LOG", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was seen in one log of the database; `problems` says what does not hold, in whole sentences."""

    log: str
    entries: int
    problems: tuple[str, ...]


class Subject(StrEnum):
    """What somebody can be let in to, or is."""

    ORGANISATION = "organisation"
    RUN = "run of a job"
    FINDING = "finding"
    CASE = "case"
    CLUSTER = "cluster"
    UNNAMED = "not named"  # the messages of a case, which stand beside it, and what was shredded


_SUBJECTS = {Subject.ORGANISATION: "ORG", Subject.FINDING: "FND", Subject.CASE: "CAS", Subject.CLUSTER: "CLU"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A subject that somebody could have read.

    Attributes:
        subject: its key. kind: what it is, by what the ledger says was done to it.
        capacity: as what, or `own` for all that belongs to the organisation of that key.
        party: through which party; `of_organisation` tells whether it is one, or a run of a job.
        since, until: between which instants; None is until now.
    """

    subject: UUID
    kind: Subject
    capacity: str
    party: UUID
    of_organisation: bool
    since: datetime
    until: datetime | None

    @property
    def public_id(self) -> str:
        """`FND-…` and the like; empty for what goes by no public id."""
        prefix = _SUBJECTS.get(self.kind)
        return public_id(prefix, self.subject) if prefix else ""

    @property
    def through(self) -> str:
        """The party as `ORG-…`; empty for a run of a job, which goes by no public id."""
        return public_id("ORG", self.party) if self.of_organisation else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That an entry is in its log, for anyone to check with `core.merkle.verify_inclusion`.

    Attributes:
        log: the log's name. position: of the entry, from 0. leaf: 32 bytes.
        size, root: of the tree that the signed note states. path: 32-byte siblings, nearest first.
        note: the signed checkpoint. key: who signed it, as name+id+base64.
    """

    log: str
    position: int
    leaf: bytes
    size: int
    root: bytes
    path: tuple[bytes, ...]
    note: str
    key: str
