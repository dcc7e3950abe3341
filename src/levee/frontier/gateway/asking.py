"""What a client asks, read against closed lists of fields, in items and parts too; what is on none never goes upstream.

Nothing that would make the model's host fetch, run or keep something passes: no tool but functions that the client runs
itself, no content but text, no stored answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

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
_MESSAGE = {"role", "content", "name", "refusal", "reasoning_content", "tool_calls", "tool_call_id"}
_ITEMS = {
    None: {"role", "content"},
    "message": {"type", "id", "role", "content", "status"},
    "function_call": {"type", "id", "call_id", "name", "arguments", "status"},
    "function_call_output": {"type", "id", "call_id", "output", "status"},
}
"""Items of responses by their types. One that is known by its id alone would be fetched by the model's host."""
_PARTS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}
"""Types of parts, and where each has its text."""
_FUNCTION = {"name", "description", "parameters", "strict"}
_CHOICES = {"none", "auto", "required"}


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
    if told.get("n") not in (None, 1) or told.get("store"):
        raise BadInput("one answer is given, and none is kept", place="/n" if told.get("n") else "/store")
    _check_tools(operation, told.get("tools"))
    _check_choice(operation, told.get("tool_choice"))
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


def _check_tools(operation: Operation, tools: object) -> None:
    if tools is None:
        return
    if not isinstance(tools, list) or not all(_is_function(operation, tool) for tool in tools):
        raise BadInput("only functions that the client runs itself are tools here", place="/tools")


def _is_function(operation: Operation, tool: object) -> bool:
    if not isinstance(tool, dict) or tool.get("type") != "function":
        return False
    if operation is Operation.RESPONSES:
        return _within(tool, {"type", *_FUNCTION})
    return _within(tool, {"type", "function"}) and _within(tool.get("function"), _FUNCTION)


def _check_choice(operation: Operation, choice: object) -> None:
    if choice is None or (isinstance(choice, str) and choice in _CHOICES):
        return
    named = choice.get("function") if operation is Operation.CHAT and isinstance(choice, dict) else choice
    keys = {"type", "function"} if operation is Operation.CHAT else {"type", "name"}
    if not (
        isinstance(choice, dict)
        and isinstance(named, dict)
        and _within(choice, keys)
        and choice.get("type") == "function"
        and _within(named, {"type", "name"})
        and isinstance(named.get("name"), str)
    ):
        raise BadInput("this is none, auto, required, or one function by its name", place="/tool_choice")


def _check_talk(operation: Operation, talk: object) -> None:
    place = f"/{_TALK[operation]}"
    if isinstance(talk, str) and operation is Operation.RESPONSES:
        return
    if not isinstance(talk, list) or not talk:
        raise BadInput("this is what the model is asked", place=place)
    for item in talk:
        if not isinstance(item, dict) or not _is_item(operation, item):
            raise BadInput("an item of this kind is not passed on", place=place)
        if not all(_is_said(name, value) for name, value in item.items()):
            raise BadInput("only text is passed on", place=place)


def _is_item(operation: Operation, item: Mapping[str, Any]) -> bool:
    if operation is Operation.CHAT:
        return _within(item, _MESSAGE) and isinstance(item.get("role"), str)
    kind = item.get("type")
    if kind is not None and (not isinstance(kind, str) or kind not in _ITEMS):
        return False
    needed = {"function_call": "arguments", "function_call_output": "output"}.get(kind or "", "content")
    return _within(item, _ITEMS[kind]) and item.get(needed) is not None


def _is_said(name: str, value: object) -> bool:
    """Whether a field of an item is text through and through, or a call of functions that the client ran."""
    if isinstance(value, list):
        each_is = {"content": _is_text, "output": _is_text, "tool_calls": _is_call}.get(name)
        return not value or (each_is is not None and all(map(each_is, value)))
    return value is None or isinstance(value, str)


def _is_text(part: object) -> bool:
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(kind, str) or kind not in _PARTS:
        return False
    text = _PARTS[kind]
    return _within(part, {"type", text}) and isinstance(part.get(text), str)


def _is_call(call: object) -> bool:
    if not _within(call, {"id", "type", "index", "function"}):
        return False
    function = call.get("function")
    return (
        call.get("type") in (None, "function")
        and isinstance(call.get("id"), str)
        and _within(function, {"name", "arguments"})
        and all(isinstance(word, str) for word in function.values())
    )


def _within(told: object, names: set[str]) -> TypeGuard[dict[str, Any]]:
    """Whether this is an object without any other field; one that is null or empty says nothing."""
    return isinstance(told, dict) and all(name in names or value is None or value == [] for name, value in told.items())


def _plain(name: str) -> str:
    return name if name.isascii() and name.isidentifier() and len(name) <= 64 else "…"  # noqa: PLR2004 - of a name
