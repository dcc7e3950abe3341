"""A host that answers chats without a model behind it; run by `gateway.py` as a process of its own.

Prints its port. A prompt that begins with "endless" gets a word a millisecond until its caller leaves, every other one
twenty words at once: as a stream, or whole where none was asked for. Prints a line for each caller that left.
"""

from __future__ import annotations

import asyncio
import json
import time

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def event(told: object) -> bytes:
    """One event in one chunk."""
    data = b"data: %s\n\n" % json.dumps(told).encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


WORD = event({"choices": [{"index": 0, "delta": {"content": "word "}}]})
END = event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}) + b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"


WHOLE = json.dumps(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "host-model",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "word " * 20}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 20, "total_tokens": 21},
    }
).encode()
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(WHOLE), WHOLE)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            body = await reader.readexactly(int(length or 0))
            endless = b'"endless' in body
            if b'"stream":true' not in body.replace(b" ", b""):
                writer.write(WHOLE)
                await writer.drain()
                continue
            writer.write(HEAD)
            while endless:
                writer.write(WORD)
                await writer.drain()
                if reader.at_eof():
                    raise ConnectionResetError
                await asyncio.sleep(0.001)
            writer.write(WORD * 20 + END)
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        print(json.dumps({"left": time.monotonic()}), flush=True)
        writer.transport.abort()


async def main() -> None:
    """Serve until ended."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
