from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from levee.formats.signals import NOTHING_KNOWN, Signals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from levee.formats.vex import Statement


class Source(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """By what way a record came here, and which state of it that was.

    Attributes:
        name: the feed's title, the clearinghouse itself, or a folder. place: the feed's short name, or the file in it.
        batch: names the very delivery within the feed. at: when it came here, in RFC 3339.
        digest: SHA-256 of the record, or of the file that it stands in.
    """

    name: str = ""
    place: str = ""
    batch: str = ""
    at: str = ""
    digest: str = ""

    def __str__(self) -> str:
        """All of it in words, the digest by its beginning."""
        came = f"taken in {self.at[:16].replace('T', ' ')}" if self.at else ""
        digest = f"SHA-256 {self.digest[:12]}…" if self.digest else ""
        return ", ".join(filter(None, (self.name, self.place, came, digest)))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAdvisory:
    """A published advisory and what is publicly known about it; all that exposure needs from whoever published it.

    Attributes:
        id: a key that stays the same over all revisions.
        osv: the record in OSV schema 1.7, as published; a withdrawn one retracts what it raised.
        signals: what its publisher says of the vulnerability; where nobody says, the operator's assumption stands.
        statements: what its publisher says of products and the vulnerability beside that (VEX).
        document: the key of the document that it is a part of; None where it is all of it.
        source: by what way it came; what it does not say of time and digest is noted as it is learnt.
        removed: it is withdrawn because its source was removed, and not by its publisher.
    """

    id: UUID
    osv: Mapping[str, Any]
    signals: Signals = NOTHING_KNOWN
    statements: Sequence[Statement] = ()
    document: UUID | None = None
    source: Source = field(default_factory=Source)
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An advisory that could not be learnt: its key and name, and what is wrong with it."""

    id: UUID
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What came of learning many advisories: how many were news and how many known, and whom the news touches."""

    changed: int
    unchanged: int
    refused: tuple[Refused, ...]
    operators: tuple[UUID, ...]
