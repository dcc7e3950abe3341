"""Messages between a dispatcher and its runner: a strict JSON header and named attachments, every size bounded.

Frame: header length (4 bytes, big-endian), header, attachments in the header's order. The header is
`{"header": {…}, "attachments": [[name, size], …]}`. Both sides read the other as hostile input.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LENGTH = struct.Struct(">I")
_NAME_LENGTH = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most that one message may hold, in bytes and in number."""

    header: int = 1 << 20
    attachments: int = 1024
    total: int = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A header of plain JSON and named bytes."""

    header: Mapping[str, Any]
    attachments: Mapping[str, bytes] = field(default_factory=dict)


BOUNDS = Bounds()


def write(message: Message, send: Callable[[bytes], None], bounds: Bounds = BOUNDS) -> None:
    """Send a message whole.

    Raises:
        TooLarge: it is over the bounds.
    """
    sizes = [(name, len(data)) for name, data in message.attachments.items()]
    header = json.dumps({"header": message.header, "attachments": sizes}, allow_nan=False).encode()
    _check(len(header), sizes, bounds)
    send(_LENGTH.pack(len(header)) + header)
    for data in message.attachments.values():
        send(data)


def read(receive: Callable[[int], bytes], bounds: Bounds = BOUNDS) -> Message | None:
    """Receive a message whole; None where the other side ended between messages.

    Args:
        receive: gives exactly so many bytes, or fewer at the end.
        bounds: the most that is accepted.

    Raises:
        BadInput: the message breaks off or is not well-formed.
        TooLarge: it is over the bounds; nothing of that size was read.
    """
    start = receive(_LENGTH.size)
    if not start:
        return None
    if len(start) < _LENGTH.size:
        raise BadInput("the message breaks off")
    (length,) = _LENGTH.unpack(start)
    _check(length, [], bounds)
    header, sizes = _parse(_exactly(receive, length))
    _check(length, sizes, bounds)
    return Message(header=header, attachments={name: _exactly(receive, size) for name, size in sizes})


def _exactly(receive: Callable[[int], bytes], size: int) -> bytes:
    data = receive(size)
    if len(data) != size:
        raise BadInput("the message breaks off")
    return data


def _check(header: int, sizes: list[tuple[str, int]], bounds: Bounds) -> None:
    if header > bounds.header or len(sizes) > bounds.attachments:
        raise TooLarge("the header of the message is over its bounds")
    if sum(size for _, size in sizes) > bounds.total:
        raise TooLarge("the attachments of the message are over their bounds")


def _parse(data: bytes) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    try:
        whole = json.loads(data, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput("the header of the message is not strict JSON") from error
    if not isinstance(whole, dict) or set(whole) != {"header", "attachments"}:
        raise BadInput("the header of the message has an unknown shape")
    header, listed = whole["header"], whole["attachments"]
    if not isinstance(header, dict) or not isinstance(listed, list):
        raise BadInput("the header of the message has an unknown shape")
    sizes = [_size(entry) for entry in listed]
    if len(dict(sizes)) != len(sizes):
        raise BadInput("the message names an attachment twice")
    return header, sizes


def _size(entry: object) -> tuple[str, int]:
    match entry:
        case [str(name), int(size)] if len(name) <= _NAME_LENGTH and not isinstance(size, bool) and size >= 0:
            return name, size
    raise BadInput("an attachment of the message has an unknown shape")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a key occurs twice"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> object:
    message = f"{name} is no JSON"
    raise ValueError(message)
