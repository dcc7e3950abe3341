"""Seals each exchange after its answer, in a thread of its own, so that no call waits for it.

What waits is bounded, and where it cannot be written no further call is let in. A crash loses the exchanges of calls
that ran, and of those that ended in its last moments: what is told to a client may be in no transcript then.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from levee.frontier.gateway.transcripts import Transcripts
from levee.frontier.gateway.upstream import joined
from levee.frontier.sealing import padded, sealed
from levee.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from levee.frontier.gateway.asking import Asked
    from levee.frontier.gateway.upstream import Piece

MOST = 256
"""Exchanges that wait to be sealed at most, beside those of calls that run."""
SOON = 0.05
"""Seconds that an exchange waits for others, so that the next call is not slowed by it."""

log = logging.getLogger("levee.gateway")


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One call: what went in, and what came out as far as it was counted.

    Attributes:
        recipient: the key of its grant. asked: as it went to the model's host.
        began: seconds since 1970. answer: pieces as they came. tokens: that went in, and that came out.
        reached: whether the model's host may have worked on it.
    """

    grant: str
    recipient: str
    reservation: str
    asked: Asked
    began: int
    ended: str = "left"
    reached: bool = False
    answer: list[Piece] = field(default_factory=list)
    tokens: tuple[int, int] = (0, 0)

    def told(self) -> bytes:
        """As it is sealed: JSON, padded. The model goes by its handle, for its name at its host is the developer's."""
        went, came = self.tokens
        return padded(
            msgspec.json.encode(
                {
                    "grant": self.grant,
                    "reservation": self.reservation,
                    "operation": self.asked.operation.value,
                    "began": self.began,
                    "ended": self.ended,
                    "tokens": {"in": went, "out": came},
                    "asked": msgspec.Raw(self.asked.sent(self.asked.model)),
                    "answer": [
                        {"kind": each.kind.value, "index": each.index, "text": each.text}
                        for each in joined(self.answer)
                    ],
                }
            )
        )


class Sealer:
    """Seals for one process.

    Args:
        folder: of the gateway.
    """

    def __init__(self, folder: Path) -> None:
        self.transcripts = Transcripts(folder)
        # One thread alone uses the connection: SQLite has one writer anyway.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gateway-sealer")
        self._waiting: deque[Exchange] = deque()
        self._keys: dict[str, str] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._failed = False

    async def recipient(self, grant: str, seals: tuple[str, ...]) -> str:
        """The key to seal a call of a grant to; empty where its transcripts are not kept.

        Raises:
            Unavailable: too many exchanges wait, the last ones cannot be written, or a key cannot be kept.
        """
        if not seals:
            return ""
        if self._failed or len(self._waiting) >= MOST:
            self._thread.submit(self._seal)
            raise Unavailable("transcripts cannot be kept at the moment")
        if grant not in self._keys:
            self._keys[grant] = str(await self.done(lambda: self.transcripts.recipient(grant, seals)))
        return self._keys[grant]

    async def done(self, verb: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the verb gives
        """What a verb gives that uses the transcripts, once those before it are done."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, verb)

    def keep(self, exchange: Exchange) -> None:
        """Seal an exchange soon; one that goes to nobody is let go."""
        if exchange.recipient:
            self._waiting.append(exchange)
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(SOON, self._begin)

    def close(self) -> None:
        """Seal what waits, and end."""
        if self._timer is not None:
            self._timer.cancel()
        self._begin()
        self._thread.shutdown()
        self.transcripts.close()

    def _begin(self) -> None:
        self._timer = None
        self._thread.submit(self._seal)

    def _seal(self) -> None:
        together = list(self._waiting)
        if not together:
            return
        try:
            self.transcripts.append([(each.grant, sealed(each.told(), each.recipient)) for each in together])
        except Exception as error:  # noqa: BLE001 - the words of an error may hold a prompt: its kind alone is logged
            self._failed = True
            log.error("cannot keep transcripts: %s; calls are refused", type(error).__name__)  # noqa: TRY400 - no trace
            return
        for _ in together:
            self._waiting.popleft()
        self._failed = False
