"""Answers as clients of the OpenAI API expect them, written anew from pieces: whole, or one event at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from levee.frontier.gateway.upstream import Kind, Piece
from levee.frontier.statements import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = {Kind.TEXT: "content", Kind.REFUSAL: "refusal", Kind.REASONING: "reasoning_content"}
_PART = {Kind.TEXT: ("output_text", "text"), Kind.REFUSAL: ("refusal", "refusal")}


@dataclass(slots=True, kw_only=True)
class Head:
    """What stands on every part of an answer.

    Attributes:
        id: of the gateway's own making. model: the handle. created: seconds since 1970.
        asked: tokens that went in. usage: whether a stream ends with a count.
    """

    id: str
    model: str
    created: int
    asked: int
    usage: bool


class Writer(Protocol):
    """Writes one answer, either way."""

    def start(self) -> Iterator[bytes]:
        """What a stream begins with."""

    def piece(self, piece: Piece) -> Iterator[bytes]:
        """What a stream says of a piece; remembered for the whole."""

    def end(self, tokens: int) -> Iterator[bytes]:
        """What a stream ends with, given how many tokens came out."""

    def whole(self, tokens: int) -> bytes:
        """The whole answer at once."""


def writer(operation: Operation, head: Head) -> Writer:
    """The writer of answers to an operation."""
    return ChatWriter(head) if operation is Operation.CHAT else ResponsesWriter(head)


def broken_off() -> bytes:
    """What a stream ends with when the model's host fails: the same whatever it said."""
    return b'data: {"error":{"message":"the model\'s host broke off","type":"upstream","code":"upstream.failed"}}\n\n'


@dataclass(slots=True)
class _Call:
    id: str
    name: str
    arguments: list[str] = field(default_factory=list)

    @property
    def function(self) -> dict[str, str]:
        return {"name": self.name, "arguments": "".join(self.arguments)}


class ChatWriter:
    """Chat completions."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._texts: dict[Kind, list[str]] = {}
        self._calls: dict[int, _Call] = {}
        self._reason = "stop"

    def start(self) -> Iterator[bytes]:
        """The role of who speaks."""
        yield self._chunk({"role": "assistant", "content": ""})

    def piece(self, piece: Piece) -> Iterator[bytes]:
        """One chunk for each piece."""
        if piece.kind is Kind.END:
            self._reason = piece.text
        elif piece.kind in _FIELDS:
            self._texts.setdefault(piece.kind, []).append(piece.text)
            yield self._chunk({_FIELDS[piece.kind]: piece.text})
        elif piece.kind is Kind.CALL:
            place = len(self._calls)
            self._calls[piece.index] = call = _Call(f"call_{self._head.id}_{place}", piece.text)
            told = {"index": place, "id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}}
            yield self._chunk({"tool_calls": [told]})
        elif piece.index in self._calls:
            self._calls[piece.index].arguments.append(piece.text)
            place = list(self._calls).index(piece.index)
            yield self._chunk({"tool_calls": [{"index": place, "function": {"arguments": piece.text}}]})

    def end(self, tokens: int) -> Iterator[bytes]:
        """Why it ended, the count where it was asked for, and that it is over."""
        yield self._chunk({}, self._reason)
        if self._head.usage:
            yield _data({**self._top("chat.completion.chunk"), "choices": [], "usage": self._usage(tokens)})
        yield b"data: [DONE]\n\n"

    def whole(self, tokens: int) -> bytes:
        """A completion with one choice."""
        message: dict[str, Any] = {"role": "assistant", "content": None}
        message |= {_FIELDS[kind]: "".join(texts) for kind, texts in self._texts.items()}
        if self._calls:
            calls = self._calls.values()
            message["tool_calls"] = [{"id": call.id, "type": "function", "function": call.function} for call in calls]
        choice = {"index": 0, "message": message, "finish_reason": self._reason}
        return msgspec.json.encode({**self._top("chat.completion"), "choices": [choice], "usage": self._usage(tokens)})

    def _top(self, kind: str) -> dict[str, Any]:
        head = self._head
        return {"id": f"chatcmpl-{head.id}", "object": kind, "created": head.created, "model": head.model}

    def _chunk(self, delta: dict[str, Any], reason: str | None = None) -> bytes:
        choices = [{"index": 0, "delta": delta, "finish_reason": reason}]
        return _data({**self._top("chat.completion.chunk"), "choices": choices})

    def _usage(self, tokens: int) -> dict[str, int]:
        asked = self._head.asked
        return {"prompt_tokens": asked, "completion_tokens": tokens, "total_tokens": asked + tokens}


@dataclass(slots=True)
class _Output:
    """One item of an answer: a message, reasoning, or the call of a function."""

    id: str
    kind: Kind
    name: str = ""
    texts: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return {Kind.CALL: "fc_", Kind.REASONING: "rs_"}.get(self.kind, "msg_") + self.id

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def part(self) -> dict[str, Any]:
        kind, name = _PART[self.kind]
        return {"type": kind, name: self.text, **({"annotations": []} if self.kind is Kind.TEXT else {})}

    def told(self, *, done: bool) -> dict[str, Any]:
        status = "completed" if done else "in_progress"
        if self.kind is Kind.CALL:
            call = {"call_id": f"call_{self.id}", "name": self.name, "arguments": self.text}
            return {"id": self.label, "type": "function_call", "status": status, **call}
        if self.kind is Kind.REASONING:
            content = [{"type": "reasoning_text", "text": self.text}] if done else []
            return {"id": self.label, "type": "reasoning", "summary": [], "content": content, "status": status}
        content = [self.part()] if done else []
        return {"id": self.label, "type": "message", "role": "assistant", "status": status, "content": content}


class ResponsesWriter:
    """Responses."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._outputs: list[_Output] = []
        self._calls: dict[int, int] = {}
        self._said = 0
        self._reason = "stop"

    def start(self) -> Iterator[bytes]:
        """That it began."""
        yield self._event("response.created", response=self._response("in_progress", 0, []))

    def piece(self, piece: Piece) -> Iterator[bytes]:
        """A delta for each piece, in an item that is announced before its first."""
        if piece.kind is Kind.END:
            self._reason = piece.text
        elif piece.kind is Kind.CALL:
            self._calls[piece.index] = len(self._outputs)
            yield from self._open(Kind.CALL, piece.text)
        elif piece.kind is Kind.ARGUMENTS:
            if piece.index in self._calls:
                yield self._delta(self._calls[piece.index], "response.function_call_arguments.delta", piece.text)
        else:
            if not self._outputs or self._outputs[-1].kind is not piece.kind:
                yield from self._open(piece.kind)
            kinds = {Kind.TEXT: "output_text", Kind.REFUSAL: "refusal", Kind.REASONING: "reasoning_text"}
            place = len(self._outputs) - 1
            yield self._delta(place, f"response.{kinds[piece.kind]}.delta", piece.text, content_index=0)

    def end(self, tokens: int) -> Iterator[bytes]:
        """Each item as a whole, and the answer as a whole."""
        for place, output in enumerate(self._outputs):
            at = {"item_id": output.label, "output_index": place}
            if output.kind is Kind.CALL:
                yield self._event("response.function_call_arguments.done", **at, arguments=output.text)
            elif output.kind in _PART:
                kind, name = _PART[output.kind]
                yield self._event(f"response.{kind}.done", **at, content_index=0, **{name: output.text})
                yield self._event("response.content_part.done", **at, content_index=0, part=output.part())
            yield self._event("response.output_item.done", output_index=place, item=output.told(done=True))
        whole = self._finished(tokens)
        yield self._event(f"response.{whole['status']}", response=whole)

    def whole(self, tokens: int) -> bytes:
        """A response with all its items."""
        return msgspec.json.encode(self._finished(tokens))

    def _open(self, kind: Kind, name: str = "") -> Iterator[bytes]:
        output = _Output(f"{self._head.id}_{len(self._outputs)}", kind, name)
        self._outputs.append(output)
        place = len(self._outputs) - 1
        yield self._event("response.output_item.added", output_index=place, item=output.told(done=False))
        if kind in _PART:
            at = {"item_id": output.label, "output_index": place, "content_index": 0}
            yield self._event("response.content_part.added", **at, part=output.part())

    def _delta(self, place: int, kind: str, text: str, **more: int) -> bytes:
        output = self._outputs[place]
        output.texts.append(text)
        return self._event(kind, item_id=output.label, output_index=place, **more, delta=text)

    def _finished(self, tokens: int) -> dict[str, Any]:
        cut = self._reason == "length"
        items = [output.told(done=True) for output in self._outputs]
        whole = self._response("incomplete" if cut else "completed", tokens, items)
        return {**whole, "incomplete_details": {"reason": "max_output_tokens"} if cut else None}

    def _response(self, status: str, tokens: int, items: list[dict[str, Any]]) -> dict[str, Any]:
        head = self._head
        usage = {
            "input_tokens": head.asked,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": head.asked + tokens,
        }
        return {
            "id": f"resp_{head.id}",
            "object": "response",
            "created_at": head.created,
            "model": head.model,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "output": items,
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "store": False,
            "usage": None if status == "in_progress" else usage,
        }

    def _event(self, kind: str, **told: Any) -> bytes:  # noqa: ANN401 - what JSON holds
        number, self._said = self._said, self._said + 1
        return b"event: %s\n%s" % (kind.encode(), _data({"type": kind, "sequence_number": number, **told}))


def _data(told: object) -> bytes:
    return b"data: %s\n\n" % msgspec.json.encode(told)
