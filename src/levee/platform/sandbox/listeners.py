"""Listening sockets on the run's own loopback, opened and accepted from outside: no witness inside to attack."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.platform.sandbox import linux
from levee.platform.sandbox.port import Connection

if TYPE_CHECKING:
    from collections.abc import Iterator

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
_FIRST_BYTES = 4096
_MOST = 64
_ANSWER = b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@contextlib.contextmanager
def own_network() -> Iterator[None]:
    """Put the calling thread into a fresh network namespace with nothing but a loopback, and back.

    What is started inside stays there. Raises OSError.
    """
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        linux.unshare(linux.CLONE_NEWNET)
        try:
            _loopback_up()
            yield
        finally:
            linux.enter_namespace(before, linux.CLONE_NEWNET)
    finally:
        os.close(before)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack_from("H", fcntl.ioctl(control, _GET_FLAGS, request), 16)[0]
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


@dataclass(slots=True)
class _Accepted:
    port: int
    data: bytes = b""


class Listeners:
    """Accepts on every given port, notes the first bytes, answers each with an empty HTTP answer and hangs up."""

    def __init__(self, ports: tuple[int, ...]) -> None:
        self._listening = {one.fileno(): one for one in map(_listen, ports)}
        self._open: dict[int, tuple[socket.socket, _Accepted]] = {}
        self._accepted: list[_Accepted] = []

    @property
    def descriptors(self) -> frozenset[int]:
        """Descriptors to wait on; they change after each `serve`."""
        return frozenset(self._listening) | frozenset(self._open)

    @property
    def connections(self) -> tuple[Connection, ...]:
        """What was accepted so far, in order."""
        return tuple(Connection(port=one.port, first_bytes=one.data) for one in self._accepted)

    def serve(self, descriptor: int) -> None:
        """One of the descriptors is readable."""
        if descriptor in self._listening:
            self._accept(self._listening[descriptor])
        elif descriptor in self._open:
            self._read(descriptor)

    def drain(self) -> None:
        """Take what is still waiting after the run has ended: nobody is left to write more."""
        before = None
        while before != (seen := [len(one.data) for one in self._accepted]):
            before = seen
            for descriptor in self.descriptors:
                self.serve(descriptor)

    def close(self) -> None:
        """Close everything."""
        for one in self._listening.values():
            one.close()
        for one, _ in self._open.values():
            one.close()

    def _accept(self, listening: socket.socket) -> None:
        try:
            one, _ = listening.accept()
        except OSError:
            return
        if len(self._accepted) >= _MOST:
            one.close()
            return
        one.setblocking(False)  # noqa: FBT003 - the standard library's signature
        accepted = _Accepted(listening.getsockname()[1])
        self._accepted.append(accepted)
        self._open[one.fileno()] = (one, accepted)

    def _read(self, descriptor: int) -> None:
        """Note what was sent; answer and end our side at the first of it, so that a client that waits goes on."""
        one, accepted = self._open[descriptor]
        first = not accepted.data
        try:
            data = one.recv(_FIRST_BYTES - len(accepted.data))
            accepted.data += data
            if data and first:
                one.send(_ANSWER)
                one.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or len(accepted.data) >= _FIRST_BYTES:
            one.close()
            del self._open[descriptor]


def _listen(port: int) -> socket.socket:
    one = socket.create_server(("", port), backlog=_MOST)
    one.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return one
