"""Calls of a gateway, which is on the other side: what it answers is read against a closed list.

Tokens are counted here as the gateway counts them, four bytes each, and its own word on them is not taken.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from levee.frontier.evaluations.types import Ended
from levee.frontier.gateway.counting import tokens_of
from levee.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

PATH = "/v1/chat/completions"
LARGEST = 8 << 20
"""Bytes of an answer at most."""
TIMES = httpx.Timeout(3700.0, connect=10.0)
"""Longer than a gateway lets a call run."""
PAUSES = (0.5, 2.0, 8.0)
"""Seconds to wait after each failure; after one more the evaluation is over."""
RATE_PAUSE, RATE_WAITS = 2.0, 300
"""More calls a minute than were granted: seconds between tries, and how many tries."""
_REFUSED, _TOO_MANY, _OK, _FAILS = {401, 403}, 429, 200, 500


class Over(Unavailable):
    """The evaluation ends here."""

    default_code = "evaluation.over"

    def __init__(self, ended: Ended, message: str = "") -> None:
        super().__init__(message or ended.value)
        self.ended = ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The call of a function that the model wants; `arguments` is JSON, or should be."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a model answered.

    Attributes:
        came_in, went_out: tokens of the answer, and of the question with all that was said before.
        finish: why it ended there: `stop`, `tool_calls`, `length`, or what else the gateway says.
    """

    text: str
    reasoning: str
    wanted: tuple[Wanted, ...]
    finish: str
    went_out: int
    came_in: int


class _Function(msgspec.Struct):
    name: str
    arguments: str


class _Call(msgspec.Struct):
    id: str
    function: _Function


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[_Call] = msgspec.field(default_factory=list)


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str = "stop"


class _Completion(msgspec.Struct):
    choices: list[_Choice]


class _Told(msgspec.Struct):
    message: str = ""
    code: str = ""


class _Error(msgspec.Struct):
    error: _Told


_COMPLETIONS, _ERRORS = msgspec.json.Decoder(_Completion), msgspec.json.Decoder(_Error)


class Caller:
    """Calls one model.

    Args:
        client: with the gateway's address, and signing.
        sleep: waits so many seconds.
    """

    def __init__(self, client: httpx.AsyncClient, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._client, self._sleep = client, sleep

    async def chat(self, body: Mapping[str, Any], failed: Callable[[int], None]) -> Answered:
        """Ask once, and again where that helps.

        Args:
            body: as chat completions take it.
            failed: is told the tokens of a call that was lost.

        Raises:
            Over: with why.
        """
        sent = spelled(body)
        failures = waits = 0
        while True:
            status, data = await self._once(sent)
            if status == _OK:
                return _read(data, tokens_of(len(sent)), int(body["max_tokens"]))
            code, message = _told(data)
            if status in _REFUSED:
                raise Over(Ended.REFUSED)
            if code == "insufficient_quota":
                raise Over(Ended.SPENT)
            if status == _TOO_MANY and waits < RATE_WAITS:
                waits += 1
                await self._sleep(RATE_PAUSE)
                continue
            if 0 < status < _FAILS:
                raise Over(Ended.FAILED, f"the gateway does not take the call: {message}")
            failed(tokens_of(len(sent)))
            if failures == len(PAUSES):
                raise Over(Ended.UNREACHED)
            await self._sleep(PAUSES[failures])
            failures += 1

    async def _once(self, sent: bytes) -> tuple[int, bytes]:
        """Status and body; 0 where the connection failed, which is also how a call is cut."""
        data = bytearray()
        try:
            headers = {"content-type": "application/json"}
            async with self._client.stream("POST", PATH, content=sent, headers=headers) as answer:
                async for part in answer.aiter_bytes():
                    data += part
                    if len(data) > LARGEST:
                        raise Over(Ended.FAILED, f"the gateway answers with more than {LARGEST >> 20} MiB")
                return answer.status_code, bytes(data)
        except httpx.HTTPError:
            return 0, b""


def spelled(body: Mapping[str, Any]) -> bytes:
    """A body as it is sent."""
    return msgspec.json.encode(body)


def _read(data: bytes, went_out: int, limit: int) -> Answered:
    try:
        (choice,) = _COMPLETIONS.decode(data).choices
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Over(Ended.FAILED, "the gateway answers with what is no chat completion") from error
    message = choice.message
    text = (message.content or "") + (message.refusal or "")
    wanted = tuple(
        Wanted(id=each.id, name=each.function.name, arguments=each.function.arguments) for each in message.tool_calls
    )
    words = (text, message.reasoning_content or "", *(word for each in wanted for word in (each.name, each.arguments)))
    came_in = tokens_of(sum(len(word.encode("utf-8", "replace")) for word in words))
    if came_in > limit:
        raise Over(Ended.FAILED, "the gateway answers with more tokens than were asked for")
    return Answered(
        text=text,
        reasoning=message.reasoning_content or "",
        wanted=wanted,
        finish=choice.finish_reason,
        went_out=went_out,
        came_in=came_in,
    )


def _told(data: bytes) -> tuple[str, str]:
    try:
        told = _ERRORS.decode(data).error
    except (msgspec.DecodeError, ValueError, RecursionError):
        return "", "it does not say why"
    return told.code, told.message[:500]
