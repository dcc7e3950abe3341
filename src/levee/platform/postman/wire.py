"""What worker and postman say to each other over a local socket: lengths and msgpack."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from levee.platform.postman.letters import Answer, Outcome, Outgoing

if TYPE_CHECKING:
    import socket

_GREETING = b"L"
_LENGTH = struct.Struct(">I")
_MOST = 64 * 1024 * 1024


def send_greeting(to: socket.socket) -> None:
    """Say to one that called that letters are taken."""
    to.sendall(_GREETING)


def receive_greeting(of: socket.socket) -> None:
    """Wait until letters are taken.

    Raises:
        ConnectionError: whoever was called went away without a word.
    """
    if of.recv(len(_GREETING)) != _GREETING:
        raise ConnectionResetError("it went away")


def send_letter(to: socket.socket, letter: Outgoing) -> None:
    """Ask for a letter to be handed over."""
    _send(to, [letter.id.bytes, letter.to, letter.data])


def receive_letter(of: socket.socket) -> Outgoing | None:
    """The next letter that is asked for; None at the end."""
    frame = _receive(of)
    if frame is None:
        return None
    key, to, data = msgspec.msgpack.decode(frame, type=tuple[bytes, str, bytes])
    return Outgoing(UUID(bytes=key), to, data)


def send_answer(to: socket.socket, answer: Answer) -> None:
    """Answer for a letter."""
    _send(to, [answer.id.bytes, answer.outcome.value, answer.said])


def receive_answer(of: socket.socket) -> Answer | None:
    """The next answer; None at the end."""
    frame = _receive(of)
    if frame is None:
        return None
    key, outcome, said = msgspec.msgpack.decode(frame, type=tuple[bytes, str, str])
    return Answer(UUID(bytes=key), Outcome(outcome), said)


def _send(to: socket.socket, content: list[object]) -> None:
    frame = msgspec.msgpack.encode(content)
    to.sendall(_LENGTH.pack(len(frame)) + frame)


def _receive(of: socket.socket) -> bytes | None:
    head = _exactly(of, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    return _exactly(of, length) if length <= _MOST else None


def _exactly(of: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = of.recv(min(size - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)
