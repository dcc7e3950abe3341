"""Chance that comes out the same for the same seed, and that nobody foresees who does not know the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from levee.kernel.hashing import keyed_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
_VOWELS, _CONSONANTS = "aeiou", "bdfgklmnprstvz"
_EIGHT = 8


class Chance:
    """HMAC-SHA-256 of a counter under the seed; a purpose keeps two uses of one seed apart."""

    def __init__(self, seed: bytes, purpose: str) -> None:
        self._key = keyed_digest(seed, purpose.encode())
        self._turn = 0
        self._left = b""

    def data(self, size: int) -> bytes:
        """So many bytes."""
        while len(self._left) < size:
            self._left += keyed_digest(self._key, self._turn.to_bytes(_EIGHT, "big"))
            self._turn += 1
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def below(self, limit: int) -> int:
        """A number from 0 on, below the limit, each as likely as the next."""
        size = (limit.bit_length() + 7) // 8
        whole = (1 << (size * 8)) // limit * limit
        while True:
            found = int.from_bytes(self.data(size), "big")
            if found < whole:
                return found % limit

    def between(self, low: int, high: int) -> int:
        """A number of these, both ends among them."""
        return low + self.below(high - low + 1)

    def one(self, of: Sequence[T]) -> T:
        """One of them."""
        return of[self.below(len(of))]

    def mixed(self, of: Sequence[T]) -> list[T]:
        """All of them in another order."""
        left = list(of)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]

    def some(self, of: Sequence[T], count: int) -> list[T]:
        """So many different ones of them."""
        return self.mixed(of)[:count]

    def name(self, syllables: int = 3) -> str:
        """A name that can be spoken, such as `kilora`."""
        return "".join(self.one(_CONSONANTS) + self.one(_VOWELS) for _ in range(syllables))

    def names(self, count: int, syllables: int = 3) -> list[str]:
        """Names that differ from one another."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[self.name(syllables)] = None
        return list(found)

    def digits(self, count: int) -> str:
        """So many hexadecimal digits."""
        return self.data((count + 1) // 2).hex()[:count]
