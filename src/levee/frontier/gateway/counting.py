"""How a gateway counts tokens: its own rule, which both sides can repeat, and no word of the upstream's.

A token is four bytes of UTF-8, the last one begun counting as a whole. What goes in is counted as it is sent to the
model's host; what comes out by what is passed on, and nothing beyond what was set aside is passed on.
"""

from __future__ import annotations

BYTES = 4


def tokens_of(length: int) -> int:
    """The tokens in so many bytes."""
    return -(-length // BYTES)


class Meter:
    """Counts an answer as it is passed on, and ends it at its limit.

    Args:
        limit: tokens that may be passed on.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit * BYTES
        self._length = 0

    @property
    def used(self) -> int:
        """The tokens passed on so far."""
        return tokens_of(self._length)

    @property
    def full(self) -> bool:
        """Whether something was held back already, or nothing more may come."""
        return self._length >= self._limit

    def take(self, text: str) -> str:
        """The part of a text that may be passed on; once less than all of it, nothing more is."""
        data = text.encode("utf-8", "replace")
        room = self._limit - self._length
        if len(data) <= room:
            self._length += len(data)
            return text
        self._length = self._limit
        return data[:room].decode("utf-8", "ignore")
