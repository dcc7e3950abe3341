"""Answers of runners that are dear to get and may be given again: kept in memory, up to a bound."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.platform.runner.wire import Message

OVERHEAD = 4096


class KeptAnswers:
    """Each answer is got once, however many threads ask for it at a time; the one asked for longest ago goes first.

    Args:
        most: bytes that are kept together, `OVERHEAD` for each answer and its attachments.
    """

    def __init__(self, *, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[str, Message] = OrderedDict()
        self._getting: dict[str, Lock] = {}
        self._lock = Lock()

    def get(self, key: str, ask: Callable[[], Message]) -> Message:
        """The answer under a key, which names everything that it depends on; `ask` is called where none is kept.

        Raises:
            LeveeError: what `ask` raised; nothing is kept then.
        """
        with self._lock:
            getting = self._getting.setdefault(key, Lock())
        try:
            with getting:
                return self._held(key) or self._hold(key, ask())
        finally:
            with self._lock:
                if not getting.locked():
                    self._getting.pop(key, None)

    def _held(self, key: str) -> Message | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _hold(self, key: str, answer: Message) -> Message:
        """Keep an answer; where two asked all the same, the first one stays."""
        with self._lock:
            if key in self._kept:
                return self._kept[key]
            self._kept[key] = answer
            self._size += _size(answer)
            while self._size > self._most:
                _, gone = self._kept.popitem(last=False)
                self._size -= _size(gone)
        return answer


def _size(answer: Message) -> int:
    """What an answer weighs, a fixed part for its header and its place included."""
    return OVERHEAD + sum(len(data) for data in answer.attachments.values())
