"""What a client asks, read against a closed list of fields; what is not on it is refused and never goes upstream.

Nothing that would make the model's host fetch, run or keep something passes: no tool but functions that the client runs
itself, no content but text, no stored answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from levee.frontier.gateway.counting import tokens_of
from levee.frontier.statements import Operation
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL = 4096
"""Tokens that may come out where the client names no limit."""
MOST = 65_536
"""Tokens that may come out at most; a higher limit is lowered to this one."""

_BOTH = {"temperature", "top_p", "tools", "tool_choice", "parallel_tool_calls"}
_PASSED = {
    Operation.CHAT: _BOTH
    | {"messages", "stop", "seed", "response_format", "reasoning_effort", "presence_penalty", "frequency_penalty"},
    Operation.RESPONSES: _BOTH | {"input", "instructions", "text", "reasoning"},
}
_LIMITS = {
    Operation.CHAT: ("max_completion_tokens", "max_tokens"),
    Operation.RESPONSES: ("max_output_tokens",),
}
_HANDLED = {
    Operation.CHAT: {"model", "stream", "stream_options", "n", "store"},
    Operation.RESPONSES: {"model", "stream", "store"},
}
_TALK = {Operation.CHAT: "messages", Operation.RESPONSES: "input"}
_PARTS = {"text", "input_text", "output_text", "refusal"}
_ITEMS = {None, "message", "function_call", "function_call_output"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call as it goes upstream.

    Attributes:
        model: the handle that the client named. streaming: whether the client wants pieces. usage: and their count.
        body: what goes upstream, in which only the model's name there is missing. limit: tokens that may come out.
    """

    operation: Operation
    model: str
    streaming: bool
    usage: bool
    body: Mapping[str, Any]
    limit: int

    def sent(self, upstream: str) -> bytes:
        """The body that goes to the model's host, under the name the model has there."""
        return msgspec.json.encode({**self.body, "model": upstream})


def bound(sent: bytes, limit: int) -> int:
    """What a call may cost at most: what goes in, counted, and the most that may come out."""
    return tokens_of(len(sent)) + limit


def read_call(operation: Operation, body: bytes) -> Asked:
    """What is asked; BadInput names the field, and never says what was in it."""
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise BadInput("this is no JSON", place="/") from None
    if not isinstance(told, dict):
        raise BadInput("a call is a JSON object", place="/")
    unknown = told.keys() - _PASSED[operation] - _HANDLED[operation] - set(_LIMITS[operation])
    if unknown:
        raise BadInput("a call has a field that is not passed on", place="/" + _plain(min(unknown)))
    model, streaming, options = told.get("model"), told.get("stream") or False, told.get("stream_options") or {}
    if not isinstance(model, str):
        raise BadInput("a call names its model", place="/model")
    if not isinstance(streaming, bool) or not isinstance(options, dict):
        raise BadInput("this is true or false", place="/stream")
    if told.get("n") not in {None, 1} or told.get("store"):
        raise BadInput("one answer is given, and none is kept", place="/n" if told.get("n") else "/store")
    _check_tools(told.get("tools"))
    _check_talk(operation, told.get(_TALK[operation]))
    name, limit = _limit(operation, told)
    passed = {name: value for name, value in told.items() if name in _PASSED[operation] and value is not None}
    if operation is Operation.RESPONSES:
        passed["store"] = False
    return Asked(
        operation=operation,
        model=model,
        streaming=streaming,
        usage=bool(options.get("include_usage")),
        body={**passed, "stream": True, name: limit},
        limit=limit,
    )


def _limit(operation: Operation, told: Mapping[str, Any]) -> tuple[str, int]:
    for name in _LIMITS[operation]:
        value = told.get(name)
        if value is not None:
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise BadInput("a limit is a whole number from 1 on", place=f"/{name}")
            return name, min(value, MOST)
    return _LIMITS[operation][-1], USUAL


def _check_tools(tools: object) -> None:
    if tools is None:
        return
    if not isinstance(tools, list) or not all(
        isinstance(tool, dict) and tool.get("type") == "function" for tool in tools
    ):
        raise BadInput("only functions that the client runs itself are tools here", place="/tools")


def _check_talk(operation: Operation, talk: object) -> None:
    place = f"/{_TALK[operation]}"
    if isinstance(talk, str) and operation is Operation.RESPONSES:
        return
    if not isinstance(talk, list) or not talk:
        raise BadInput("this is what the model is asked", place=place)
    for item in talk:
        if not isinstance(item, dict) or (operation is Operation.RESPONSES and _kind(item) not in _ITEMS):
            raise BadInput("an item of this kind is not passed on", place=place)
        for content in (item.get("content"), item.get("output")):
            if isinstance(content, list) and any(_kind(part) not in _PARTS for part in content):
                raise BadInput("only text is passed on", place=place)
            if isinstance(content, dict):
                raise BadInput("only text is passed on", place=place)


def _kind(part: object) -> str | None:
    found = part.get("type") if isinstance(part, dict) else ""
    return found if found is None or isinstance(found, str) else ""


def _plain(name: str) -> str:
    return name if name.isascii() and name.isidentifier() and len(name) <= 64 else "…"  # noqa: PLR2004 - of a name
