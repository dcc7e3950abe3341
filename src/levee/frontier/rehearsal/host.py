"""A host that speaks chat completions and has a scripted agent where others have a model. For a gateway alone."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

from levee.frontier.evaluations.types import MARK
from levee.frontier.rehearsal.moves import ARGUMENTS, talk_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.frontier.rehearsal.moves import Agent, Move

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_REFUSED = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_LARGEST = 8 << 20


async def serve(agent: Agent, begun: Callable[[int], None], *, pause: float = 0.0) -> None:
    """Serve on loopback until ended.

    Args:
        agent: answers.
        begun: is told the port.
        pause: seconds before each answer, as a model would take its time.
    """

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while True:
                body = await _body(reader)
                if body is None:
                    writer.write(_REFUSED)
                    await writer.drain()
                    break
                await asyncio.sleep(pause)
                writer.write(_HEAD + b"".join(_chunk(part) for part in answer(agent, body)) + b"0\r\n\r\n")
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    begun(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


def answer(agent: Agent, body: dict[str, Any]) -> list[bytes]:
    """The events that answer a call."""
    move = agent(talk_of(body))
    parts = [_event({"role": "assistant", "content": f"{MARK} {move.text}"})]
    parts += [_event({"tool_calls": [_call(move)]})] if move.tool else []
    return [*parts, _event({}, "tool_calls" if move.tool else "stop"), b"data: [DONE]\n\n"]


def _call(move: Move) -> dict[str, Any]:
    function = {"name": move.tool, "arguments": json.dumps({ARGUMENTS[move.tool]: move.given})}
    return {"index": 0, "id": "call", "type": "function", "function": function}


def _event(delta: dict[str, Any], reason: str | None = None) -> bytes:
    told = {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
    return b"data: %s\n\n" % json.dumps(told).encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def _body(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """The call, or None for what is none."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    lengths = [line.partition(":")[2].strip() for line in head.split("\r\n") if line.startswith("content-length:")]
    if len(lengths) != 1 or not lengths[0].isdigit() or int(lengths[0]) > _LARGEST:
        return None
    try:
        told = json.loads(await reader.readexactly(int(lengths[0])))
    except ValueError:
        return None
    return told if isinstance(told, dict) else None
