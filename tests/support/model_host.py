"""An OpenAI-compatible host that says what its script tells it, over real sockets; no model is behind it."""

import asyncio
import contextlib
import json
import threading


def chat(*words, finish="stop", usage=None):
    """The events of a chat completion, one word each."""
    events = [{"choices": [{"index": 0, "delta": {"role": "assistant"}}]}]
    events += [{"choices": [{"index": 0, "delta": {"content": word}}], "model": "secret-name"} for word in words]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    if usage is not None:
        events.append({"choices": [], "usage": {"total_tokens": usage, "prompt_tokens": 1, "completion_tokens": 1}})
    return [*(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events), b"data: [DONE]\n\n"]


def responses(*words, call=None):
    """The events of a response, one word each, and the call of a function."""
    events = [{"type": "response.created", "response": {"id": "secret-id"}}]
    events += [{"type": "response.output_text.delta", "output_index": 0, "delta": word} for word in words]
    if call:
        item = {"type": "function_call", "name": call[0], "call_id": "secret-id"}
        events.append({"type": "response.output_item.added", "output_index": 1, "item": item})
        events += [
            {"type": "response.function_call_arguments.delta", "output_index": 1, "delta": part} for part in call[1:]
        ]
    events.append({"type": "response.completed", "response": {"usage": {"total_tokens": 1}}})
    return [b"data: " + json.dumps(event).encode() + b"\n\n" for event in events]


def endless(word="word ", every=0.001):
    """A word, again and again."""
    piece = chat(word)[1]

    async def script(_):
        while True:
            yield piece
            await asyncio.sleep(every)

    return script


class ModelHost:
    """Answers every call by `script`: events, or a function from the call to a generator of them."""

    def __init__(self):
        self.script, self.status, self.calls, self.headers, self.left = chat("hello"), 200, [], [], 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._tasks = set()
        self._server = self._on_loop(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    def _on_loop(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _serve(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
                headers = dict(line.split(": ", 1) for line in head[1:] if line)
                body = await reader.readexactly(int(headers["content-length"]))
                self.calls.append(json.loads(body))
                self.headers.append({"path": head[0].split()[1], **headers})
                await self._answer(reader, writer, self.calls[-1])
        writer.transport.abort()

    async def _answer(self, reader, writer, call):
        writer.write(f"HTTP/1.1 {self.status} X\r\ntransfer-encoding: chunked\r\n\r\n".encode())
        gone = asyncio.ensure_future(reader.read(1))
        events = self.script(call) if callable(self.script) else _each(self.script)
        try:
            async for event in events:
                writer.write(b"%x\r\n%s\r\n" % (len(event), event))
                await writer.drain()
                if gone.done():
                    raise ConnectionResetError
        except OSError:
            self.left += 1
            await asyncio.gather(gone, return_exceptions=True)
            raise
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone

    def stop(self):
        async def end():
            self._server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

        self._on_loop(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _each(events):
    for event in events:
        yield event
