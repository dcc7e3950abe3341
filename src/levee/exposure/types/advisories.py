from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from levee.formats.signals import NOTHING_KNOWN, Signals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from levee.formats.vex import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAdvisory:
    """A published advisory and what is publicly known about it; all that exposure needs from whoever published it.

    Attributes:
        id: a key that stays the same over all revisions.
        osv: the record in OSV schema 1.7, as published; a withdrawn one retracts what it raised.
        signals: what its publisher says of the vulnerability; where nobody says, the operator's assumption stands.
        statements: what its publisher says of products and the vulnerability beside that (VEX).
        document: the key of the document that it is a part of; None where it is all of it.
    """

    id: UUID
    osv: Mapping[str, Any]
    signals: Signals = NOTHING_KNOWN
    statements: Sequence[Statement] = ()
    document: UUID | None = None


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
