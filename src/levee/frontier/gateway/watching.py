"""Cuts what runs on a grant that holds no more: withdrawn by whoever, expired, or not heard of for too long.

Every process that serves looks by itself. It passes nothing on by knowledge older than `OLDEST`, and where it cannot
look, it cuts everything.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.frontier.gateway.store import Store

EVERY = 0.02
OLDEST = 0.05
"""Seconds between two looks, and how old at most what was seen may be."""

log = logging.getLogger("levee.gateway")


class Running(Protocol):
    """A call that runs on a grant, with a token that ends at an instant."""

    grant: str
    until: int

    def cut(self) -> None:
        """End it at once."""


class Watch:
    """Looks after the calls of one process.

    Args:
        store: a connection of its own. now: the time in whole seconds.
    """

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store, self._now = store, now
        self._running: dict[str, set[Running]] = {}
        self._looked = time.monotonic()

    def add(self, running: Running) -> None:
        """Look after a call from now on; it is cut at once where its grant holds no more."""
        self._running.setdefault(running.grant, set()).add(running)
        self.look()

    def drop(self, running: Running) -> None:
        """Look after it no longer."""
        calls = self._running.get(running.grant, set())
        calls.discard(running)
        if not calls:
            self._running.pop(running.grant, None)

    def freshen(self) -> None:
        """Look again where what was seen may soon be too old; asked before anything is passed on."""
        if time.monotonic() - self._looked > EVERY:
            self.look()

    def look(self) -> None:
        """Cut every call whose grant holds no more."""
        if not self._running:
            self._looked = time.monotonic()
            return
        began, now = time.monotonic(), self._now()
        try:
            holding = self._store.holding(self._running, now)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing may run unwatched
            log.error("cannot look at grants: %s; all calls are cut", type(error).__name__)  # noqa: TRY400 - no trace
            holding = set()
        self._looked = began
        for grant in [each for each in self._running if each not in holding]:
            for running in self._running.pop(grant):
                running.cut()
        over = [each for calls in self._running.values() for each in calls if now >= each.until]
        for running in over:
            self.drop(running)
            running.cut()

    async def run(self) -> None:
        """Look, again and again."""
        while True:
            self.look()
            await asyncio.sleep(EVERY)
