"""The model's own host: every answer is asked for as a stream, and read against a closed list of what may be in it.

What the host says beside that (its names, counts, errors) goes no further than this module.
"""

from __future__ import annotations

import asyncio
import contextlib
import http
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

import aiohttp
import msgspec

from levee.frontier.statements import Operation
from levee.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

PATHS = {Operation.CHAT: "chat/completions", Operation.RESPONSES: "responses"}
SILENCE = 60.0
"""Seconds without a byte after which a host hangs."""
CONNECTING = 10.0
CLOSING = 0.1
LONGEST = 1 << 20
"""Bytes of one event at most, and of whatever says nothing between two pieces."""


class Kind(StrEnum):
    """What a piece of an answer is."""

    TEXT = "text"
    REFUSAL = "refusal"
    REASONING = "reasoning"
    CALL = "call"
    ARGUMENTS = "arguments"
    END = "end"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer.

    Attributes:
        text: what it says: of a call the function's name, of an end why.
        index: which of several calls it belongs to.
    """

    kind: Kind
    text: str
    index: int = 0


class HostFailed(Unavailable):
    """The model's host did not answer as it should; what it said instead is not told.

    Args:
        reached: whether it may have worked on the call.
    """

    default_code = "upstream.failed"
    status = 502

    def __init__(self, message: str, *, reached: bool = True) -> None:
        super().__init__(message)
        self.reached = reached


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: str | None = None


class _ToolCall(msgspec.Struct):
    index: int = 0
    function: _Function = msgspec.field(default_factory=_Function)


class _Delta(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[_ToolCall] | None = None


class _Choice(msgspec.Struct):
    index: int = 0
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice]


class _Item(msgspec.Struct):
    type: str = ""
    name: str | None = None


class _Event(msgspec.Struct):
    type: str
    delta: str | None = None
    item: _Item | None = None
    output_index: int = 0


_CHUNKS, _EVENTS = msgspec.json.Decoder(_Chunk), msgspec.json.Decoder(_Event)
_DELTAS = {
    "response.output_text.delta": Kind.TEXT,
    "response.refusal.delta": Kind.REFUSAL,
    "response.reasoning_text.delta": Kind.REASONING,
    "response.reasoning_summary_text.delta": Kind.REASONING,
    "response.function_call_arguments.delta": Kind.ARGUMENTS,
}
_ENDS = {"response.completed": "stop", "response.incomplete": "length"}
_JOINED = {Kind.TEXT, Kind.REFUSAL, Kind.REASONING, Kind.ARGUMENTS}
_REASONS = {"stop", "length", "tool_calls", "content_filter"}


class Upstream:
    """A client of one OpenAI-compatible host; used in one event loop.

    Args:
        address: of its API, up to and with `/v1`. secret: what it wants as bearer token; empty for none.
        silence: seconds without a byte after which it hangs.
    """

    def __init__(self, address: str, secret: str, *, silence: float = SILENCE) -> None:
        self._address = address.rstrip("/")
        headers = {"accept": "text/event-stream", "accept-encoding": "identity", "content-type": "application/json"}
        self._headers = headers | ({"authorization": f"Bearer {secret}"} if secret else {})
        self._timeout = aiohttp.ClientTimeout(sock_connect=CONNECTING, sock_read=silence)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def answer(self, operation: Operation, body: bytes) -> AsyncIterator[AsyncIterator[list[Piece]]]:
        """The pieces of an answer, as they come together; the connection is closed on leaving, however early.

        Raises:
            HostFailed: it refuses, hangs, breaks off or says what cannot be read.
        """
        address = f"{self._address}/{PATHS[operation]}"
        try:
            async with self._client().post(address, data=body, allow_redirects=False) as response:
                if response.status != http.HTTPStatus.OK:
                    raise HostFailed("the model's host refused the call")
                state, chunks = _State(), _arriving(response.content)
                try:
                    yield _pieces(operation, chunks, state)
                    if state.ended:
                        await _drained(chunks)
                finally:
                    if not response.content.at_eof():
                        response.close()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise HostFailed("the model's host cannot be reached", reached=False) from None
        except aiohttp.ClientError:
            raise HostFailed("the model's host broke off or does not answer") from None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                headers=self._headers,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session


@dataclass(slots=True)
class _State:
    """Whether an answer was said to its end, whether the host said so, and how many bytes came since the last piece."""

    ended: bool = False
    done: bool = False
    idle: int = 0


async def _arriving(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """The bytes of an answer; what came at once in one: else each word of a host is a write of its own to a client."""
    while chunk := await content.readany():
        yield chunk


async def _drained(chunks: AsyncIterator[bytes]) -> None:
    """Read what closes an answer, so that its connection serves another; a host that dawdles loses it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSING):
            async for _ in chunks:
                pass


async def _pieces(operation: Operation, chunks: AsyncIterator[bytes], state: _State) -> AsyncIterator[list[Piece]]:
    read = _of_chat if operation is Operation.CHAT else _of_responses
    async for events in _events(chunks, state):
        found: list[Piece] = []
        for data in events:
            state.done = state.done or data == b"[DONE]"
            if not state.done:
                try:
                    found.extend(read(data))
                except (msgspec.DecodeError, RecursionError, ValueError):
                    raise HostFailed("the model's host says what cannot be read") from None
        state.idle = 0 if found else state.idle
        state.ended = state.ended or any(piece.kind is Kind.END for piece in found)
        yield joined(found)
        if state.done or (state.ended and operation is Operation.RESPONSES):
            break
    if not state.ended:
        raise HostFailed("the model's host broke off")


def joined(pieces: list[Piece]) -> list[Piece]:
    """The same with what belongs together in one piece: what came at once is passed on at once."""
    return [
        Piece(kind, "".join(piece.text for piece in alike), index) if kind in _JOINED else next(iter(alike))
        for (kind, index, _), alike in groupby(
            pieces, key=lambda piece: (piece.kind, piece.index, None if piece.kind in _JOINED else id(piece))
        )
    ]


async def _events(chunks: AsyncIterator[bytes], state: _State) -> AsyncIterator[list[bytes]]:
    """The data of server-sent events, one line each, as they come together."""
    held = b""
    async for chunk in chunks:
        *lines, held = (held + chunk).split(b"\n")
        state.idle += len(chunk)
        if state.idle > LONGEST:
            raise HostFailed("the model's host says what cannot be read")
        found = [line[5:].strip() for line in lines if line.startswith(b"data:")]
        if found:
            yield found


def _of_chat(data: bytes) -> Iterator[Piece]:
    for choice in _CHUNKS.decode(data).choices:
        if choice.index != 0:
            continue
        delta = choice.delta
        for kind, text in (
            (Kind.REASONING, delta.reasoning_content),
            (Kind.TEXT, delta.content),
            (Kind.REFUSAL, delta.refusal),
        ):
            if text:
                yield Piece(kind, text)
        for call in delta.tool_calls or ():
            if call.function.name:
                yield Piece(Kind.CALL, call.function.name, call.index)
            if call.function.arguments:
                yield Piece(Kind.ARGUMENTS, call.function.arguments, call.index)
        if choice.finish_reason is not None:
            yield Piece(Kind.END, choice.finish_reason if choice.finish_reason in _REASONS else "stop")


def _of_responses(data: bytes) -> Iterator[Piece]:
    event = _EVENTS.decode(data)
    if event.type in _DELTAS:
        if event.delta:
            yield Piece(_DELTAS[event.type], event.delta, event.output_index)
    elif event.type == "response.output_item.added":
        if event.item is not None and event.item.type == "function_call" and event.item.name:
            yield Piece(Kind.CALL, event.item.name, event.output_index)
    elif event.type in _ENDS:
        yield Piece(Kind.END, _ENDS[event.type])
    elif event.type in {"response.failed", "error"}:
        raise HostFailed("the model's host gave up")
