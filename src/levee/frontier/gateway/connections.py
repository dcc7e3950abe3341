"""One connection of a client: what it sends, within a limit and a time; what goes back; and its reset."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from typing import TYPE_CHECKING, Any

import msgspec

from levee.frontier.tokens import refusal
from levee.kernel.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping

    from levee.kernel.errors import LeveeError

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]


class Running:
    """A call in flight, which can be cut."""

    def __init__(self, grant: str, until: int, transport: asyncio.Transport | None) -> None:
        self.grant, self.until = grant, until
        self.work: asyncio.Task[None] | None = None
        self.was_cut = False
        self._transport = transport

    def cut(self) -> None:
        """Reset the client's connection, with whatever waits in it, and leave the model's host."""
        self.was_cut = True
        if self._transport is not None:
            found = self._transport.get_extra_info("socket")
            if found is not None:
                with contextlib.suppress(OSError):
                    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()
        self.leave()

    def leave(self) -> None:
        """Leave the model's host; told once and by others, for a later word would break off the leaving itself."""
        work = self.work
        if work is not None and not work.cancelling() and work is not asyncio.current_task():
            work.cancel()


class Gone(Exception):
    """The client is not there any more."""


async def gone(receive: Receive) -> None:
    """Until the client is not there any more."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def body_of(receive: Receive, most: int, within: float) -> bytes:
    """What a client sends.

    Args:
        receive: of ASGI.
        most: bytes.
        within: seconds.

    Raises:
        TooLarge: it sends more. NotSignedIn: it takes longer. Gone: it leaves.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(within):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                body += message.get("body", b"")
                if len(body) > most:
                    raise TooLarge(f"a call has at most {most} bytes")
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise refusal() from None


class Answer:
    """What goes back to one client."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def whole(self, status: int, body: bytes) -> None:
        """Everything at once."""
        self.begun = True
        kind = [(b"content-type", b"application/json")] if body else []
        length = [] if status == 204 else [(b"content-length", str(len(body)).encode())]  # noqa: PLR2004 - no content
        headers = [*kind, *length, (b"cache-control", b"no-store")]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def stream(self, parts: Iterable[bytes]) -> None:
        """Some of a stream of events."""
        if not self.begun:
            self.begun = True
            headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
            await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._send({"type": "http.response.body", "body": b"".join(parts), "more_body": True})

    async def finish(self, parts: Iterable[bytes]) -> None:
        """The rest of it."""
        await self.stream(parts)
        await self._send({"type": "http.response.body", "body": b""})

    async def refuse(self, error: LeveeError) -> None:
        """An error in the shape that clients of the OpenAI API read; nothing where an answer has begun."""
        if self.begun:
            return
        told = {"message": str(error), "type": "levee", "code": error.code, "param": error.place or None}
        await self.whole(error.status, msgspec.json.encode({"error": told}))
