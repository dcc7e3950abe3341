"""Tying the internal log to the public one, hour by hour, without telling anything about it.

Once an hour, whatever happened, the public log takes one hiding commitment to the internal log's size and root.
Outsiders count hours; auditors get the openings and hold the house to its history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from levee.kernel.hashing import sha256
from levee.ledger.core.merkle import DIGEST

INSTANT = "%Y-%m-%dT%H:%M:%SZ"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONCE = 32
VERB = "ledger:anchor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What opens the commitment of one hour; for auditors only."""

    hour: datetime
    nonce: bytes
    size: int
    root: bytes

    def commitment(self) -> bytes:
        """The 32 bytes that the public log holds for this hour."""
        return commitment(self.nonce, self.size, self.root)

    def fields(self) -> dict[str, object]:
        """What the public log's entry for this hour says: always the same number of bytes."""
        return {"verb": VERB, "hour": spell(self.hour), "commitment": self.commitment().hex()}


def spell(instant: datetime) -> str:
    """An instant to the second, UTC, as in 2026-11-02T08:00:00Z."""
    return instant.astimezone(UTC).strftime(INSTANT)


def commitment(nonce: bytes, size: int, root: bytes) -> bytes:
    """H(nonce || size || root): 32 bytes that bind to a tree and tell nothing about it without the nonce.

    Args:
        nonce: 32 random bytes, fresh for every hour.
        size: number of leaves, written as 8 bytes, most significant first.
        root: the 32-byte root.

    Raises:
        ValueError: for a nonce or root of another length.
    """
    if len(nonce) != NONCE or len(root) != DIGEST:
        message = "a hiding commitment is made of a nonce and a root of 32 bytes each"
        raise ValueError(message)
    return sha256(nonce + size.to_bytes(8, "big") + root)


def hour_of(instant: datetime) -> datetime:
    """The full hour that an instant lies in, UTC."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def hours_due(last: datetime | None, now: datetime) -> tuple[datetime, ...]:
    """The hours that still want a commitment: every one after ``last`` up to the hour of ``now``.

    A log that has none yet begins with the present hour; missed hours are filled, so that their count tells nothing.
    """
    present = hour_of(now)
    if last is None:
        return (present,)
    return tuple(last + HOUR * step for step in range(1, int((present - last) / HOUR) + 1))
