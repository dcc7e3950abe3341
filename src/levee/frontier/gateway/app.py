"""The gateway as an ASGI application: a few paths, one refusal for whatever is not granted, and no word of any prompt.

Each call goes through the same steps: its token, its body up to a limit, its proof, its grant, what it asks, what it
may cost at most. Only then does anything reach the model's host.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from levee.frontier.gateway.answering import Head, broken_off, writer
from levee.frontier.gateway.asking import bound, read_call
from levee.frontier.gateway.connections import Answer, Gone, Running, body_of, gone
from levee.frontier.gateway.counting import Meter, tokens_of
from levee.frontier.gateway.sealer import Exchange, Sealer
from levee.frontier.gateway.showing import KEY, TRANSCRIPTS, number_after, told_key, told_page
from levee.frontier.gateway.store import Refusal, Store
from levee.frontier.gateway.upstream import HostFailed, Kind, Piece
from levee.frontier.gateway.watching import Watch
from levee.frontier.statements import Operation
from levee.frontier.tokens import Call, SignedTokens, proven, refusal
from levee.kernel.errors import LeveeError, TooMany

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from levee.frontier.gateway.asking import Asked
    from levee.frontier.gateway.connections import Message, Receive, Send
    from levee.frontier.gateway.store import Open
    from levee.frontier.gateway.upstream import Upstream
    from levee.frontier.tokens import Capability, Proof
    from levee.kernel.clock import Clock


LARGEST = 4 << 20
"""Bytes of a call at most."""
LARGEST_STATEMENT = 64 << 10
SLOWEST = 30.0
"""Seconds in which the head of a call comes, and again its body."""
LONGEST = 3600.0
"""Seconds that a call runs at most."""
PATHS = {"/v1/chat/completions": Operation.CHAT, "/v1/responses": Operation.RESPONSES}
STATEMENTS = "/statements"
FORGETTING = 60
SETTLING = 0.05
SLICE = 0.002
"""Seconds after which a host that says much at once lets other calls have their turn."""
TRANSPORT = "levee.transport"
"""Where a connection is found in the state of a call's scope."""

log = logging.getLogger("levee.gateway")


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A call whose upper bound is set aside; its token ends at `until`, and it is sealed to `recipient`."""

    open: Open
    asked: Asked
    sent: bytes
    reservation: str
    until: int
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A call whose token and proof are good, and whose grant holds."""

    open: Open
    capability: Capability
    proof: Proof
    body: bytes


class Gateway:
    """Serves one folder in front of one upstream.

    Args:
        folder: where the gateway keeps what it knows.
        slowest: seconds in which the head of a call comes, and again its body.
    """

    def __init__(self, folder: Path, upstream: Upstream, clock: Clock, *, slowest: float = SLOWEST) -> None:
        self.slowest = slowest
        self._upstream, self._clock = upstream, clock
        self._store, self._reads = Store(folder), Store(folder)
        self._watch = Watch(self._reads, self._now)
        self._sealer = Sealer(folder)
        self._used: dict[str, int] = {}
        # One thread writes for this process: SQLite has one writer anyway, and the loop never waits for a disk.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="gateway-store")
        self._tasks: list[asyncio.Task[None]] = []

    def _now(self) -> int:
        return int(self._clock.now().timestamp())

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One connection's worth of ASGI."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._tasks = [asyncio.create_task(self._watch.run()), asyncio.create_task(self._forget())]
                await send({"type": "lifespan.startup.complete"})
            else:
                for task in self._tasks:
                    task.cancel()
                self._settle_rest()
                self._writer.shutdown()
                self._sealer.close()
                for store in (self._store, self._reads):
                    store.close()
                await self._upstream.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _forget(self) -> None:
        while True:
            with contextlib.suppress(LeveeError):
                await self._stored(lambda: self._store.forget(self._now()))
            await asyncio.sleep(FORGETTING)

    async def _stored(self, verb: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the verb gives
        return await asyncio.get_running_loop().run_in_executor(self._writer, verb)

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        answer = Answer(send)
        try:
            if scope["method"] == "POST" and scope["path"] == STATEMENTS:
                await self._hear(receive, answer)
            elif scope["method"] == "POST" and scope["path"] in PATHS and not scope["query_string"]:
                await self._call(scope, receive, answer)
            elif scope["method"] == "GET" and scope["path"] in {TRANSCRIPTS, KEY}:
                await self._read(scope, receive, answer)
            else:
                raise refusal()  # noqa: TRY301 - one place turns refusals into answers
        except LeveeError as error:
            await answer.refuse(error)
        except Gone:
            pass
        except Exception as error:  # noqa: BLE001 - the words of an error may hold a prompt: its kind alone is logged
            log.error("a call failed: %s", type(error).__name__)  # noqa: TRY400 - a trace may hold a prompt
            await answer.refuse(LeveeError("the gateway failed", code="gateway.failed"))

    async def _hear(self, receive: Receive, answer: Answer) -> None:
        """A withdrawal, whoever carries it. What opens is taken on this host alone: the developer has the last word."""
        envelope = await body_of(receive, LARGEST_STATEMENT, self.slowest)
        now = self._now()
        try:
            await self._stored(lambda: self._store.end(envelope, now))
        except LeveeError:
            raise refusal() from None
        self._watch.look()
        await answer.whole(204, b"")

    async def _read(self, scope: Message, receive: Receive, answer: Answer) -> None:
        """Some sealed exchanges of the token's grant, or its wrapped key."""
        shown = await self._shown(scope, receive)
        grant, transcripts = shown.open.grant.id, self._sealer.transcripts
        self._settle(await self._reserved(shown.open, shown.proof, 0), 0)
        if scope["path"] == KEY:
            await answer.whole(200, await self._sealer.done(lambda: told_key(transcripts, grant)))
            return
        after = number_after(scope["query_string"])
        await answer.whole(200, await self._sealer.done(lambda: told_page(transcripts, grant, self._now(), after)))

    async def _call(self, scope: Message, receive: Receive, answer: Answer) -> None:
        began = time.monotonic()
        admitted = await self._admitted(scope, receive)
        running = Running(admitted.open.grant.id, admitted.until, scope.get("state", {}).get(TRANSPORT))
        meter = Meter(admitted.asked.limit)
        said = Exchange(
            grant=admitted.open.grant.id,
            recipient=admitted.recipient,
            reservation=admitted.reservation,
            asked=admitted.asked,
            began=self._now(),
        )
        running.work = asyncio.create_task(self._relay(admitted, meter, answer, running, said))
        left = asyncio.create_task(gone(receive))
        try:
            self._watch.add(running)
            await asyncio.wait({running.work, left}, return_when=asyncio.FIRST_COMPLETED, timeout=LONGEST)
        finally:
            self._watch.drop(running)
            running.leave()
            left.cancel()
            await asyncio.wait({running.work, left})
            said.tokens = (tokens_of(len(admitted.sent)), meter.used) if said.reached else (0, 0)
            said.ended = "cut" if running.was_cut else said.ended
            self._settle(admitted.reservation, sum(said.tokens))
            self._sealer.keep(said)
        used, took = sum(said.tokens), round((time.monotonic() - began) * 1000)
        log.info("%s %s %s tokens=%d ms=%d", running.grant, admitted.asked.operation.value, said.ended, used, took)
        if not running.work.cancelled() and (error := running.work.exception()) is not None:
            raise error
        if running.work.cancelled():
            raise Gone

    async def _shown(self, scope: Message, receive: Receive) -> Shown:
        """The call, where what it shows is good; raises the one refusal where it is not."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        kind, _, token = headers.get(b"authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise refusal()
        now = self._now()
        capability = SignedTokens(self._reads.trusted()).opened(token, now)
        body = await body_of(receive, LARGEST, self.slowest)
        query = "?" + scope["query_string"].decode("latin-1") if scope["query_string"] else ""
        call = Call(method=scope["method"], path=scope["path"] + query, body=body)
        proof = proven(headers.get(b"levee-proof", ""), call, token, capability.client, now)
        opened = self._reads.opened(capability.grant, now)
        if opened is None or not capability.within(opened.grant):
            raise refusal()
        return Shown(open=opened, capability=capability, proof=proof, body=body)

    async def _admitted(self, scope: Message, receive: Receive) -> Admitted:
        """The call, with its upper bound set aside; raises a LeveeError for whatever is refused."""
        operation, shown = PATHS[scope["path"]], await self._shown(scope, receive)
        capability, opened = shown.capability, shown.open
        if operation not in capability.operations:
            raise refusal()
        asked = read_call(operation, shown.body)
        if asked.model != capability.model:
            raise refusal()
        sent = asked.sent(opened.upstream)
        recipient = await self._sealer.recipient(opened.grant.id, opened.seals)
        return Admitted(
            open=opened,
            asked=asked,
            sent=sent,
            reservation=await self._reserved(opened, shown.proof, bound(sent, asked.limit)),
            until=capability.expires,
            recipient=recipient,
        )

    async def _reserved(self, opened: Open, proof: Proof, tokens: int) -> str:
        now = self._now()
        used, self._used = self._used, {}
        found = await self._stored(lambda: self._store.reserve(opened.grant, proof, tokens, now, settling=used))
        if found is Refusal.RATE:
            raise TooMany("more calls a minute than were granted", code="rate_limit_exceeded")
        if found is Refusal.BUDGET:
            raise TooMany(
                f"this call may cost {tokens} tokens, and fewer are left",
                code="insufficient_quota",
                place="/max_tokens",
            )
        if isinstance(found, Refusal):
            raise refusal()
        return str(found)

    def _settle(self, reservation: str, used: int) -> None:
        """Settle with the next call that reserves, or soon by itself; until then the call counts at its most."""
        if not self._used:
            asyncio.get_running_loop().call_later(SETTLING, self._settle_rest)
        self._used[reservation] = used

    def _settle_rest(self) -> None:
        used, self._used = self._used, {}
        if used:
            self._writer.submit(self._store.settle, used)

    async def _relay(self, admitted: Admitted, meter: Meter, answer: Answer, running: Running, said: Exchange) -> None:
        asked, grant = admitted.asked, admitted.open.grant
        head = Head(
            id=secrets.token_hex(12),
            model=grant.model,
            created=self._now(),
            asked=tokens_of(len(admitted.sent)),
            usage=asked.usage,
        )
        writes = writer(asked.operation, head)
        last = list(writes.start())
        said.reached = True
        try:
            async with self._upstream.answer(asked.operation, admitted.sent) as pieces:
                rested = time.monotonic()
                async for together in _metered(pieces, meter):
                    self._watch.freshen()
                    if running.was_cut:
                        return
                    said.answer.extend(together)
                    last += [part for piece in together for part in writes.piece(piece)]
                    # Each write costs: an answer begins together with its first words, and ends with its last.
                    if together and together[-1].kind is not Kind.END:
                        if asked.streaming:
                            await answer.stream(last)
                        last = []
                    if time.monotonic() - rested > SLICE:
                        await asyncio.sleep(0)
                        rested = time.monotonic()
        except HostFailed as error:
            said.reached, said.ended = error.reached, "upstream"
            if not asked.streaming or not said.answer:
                raise
            await answer.finish([*last, broken_off()])
            return
        self._watch.freshen()
        if running.was_cut:
            return
        said.ended = "whole"
        if asked.streaming:
            await answer.finish([*last, *writes.end(meter.used)])
        else:
            await answer.whole(200, writes.whole(meter.used))


async def _metered(pieces: AsyncIterator[list[Piece]], meter: Meter) -> AsyncIterator[list[Piece]]:
    """The pieces as far as the limit goes; what would go beyond ends the answer."""
    async for together in pieces:
        passed = []
        for piece in together:
            text = piece.text if piece.kind is Kind.END else meter.take(piece.text)
            if text:
                passed.append(Piece(piece.kind, text, piece.index))
            if text != piece.text:
                yield [*passed, Piece(Kind.END, "length")]
                return
        yield passed
