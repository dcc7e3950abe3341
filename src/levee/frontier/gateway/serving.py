"""Runs a gateway: one process, plain sockets that can be reset, and no line of a log that holds what was said."""

from __future__ import annotations

import ipaddress
import logging
import socket
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from levee.frontier.gateway.app import TRANSPORT
from levee.kernel.errors import UnsafeSetup

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from levee.frontier.gateway.app import Gateway

TURN = 0.0005
"""Seconds that a thread works before another one may."""
SEND_BUFFER = 16 << 10
"""Bytes that may wait in the kernel for a client: what a reset throws away."""


class ResettableProtocol(H11Protocol):
    """HTTP/1.1 whose connection the application can reset, with little waiting on its way out.

    Args:
        slowest: seconds in which the head of a call comes whole.
    """

    def __init__(self, *, slowest: float, **given: Any) -> None:  # noqa: ANN401 - as its parent has it
        super().__init__(**given)
        self._slowest = slowest
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent has it
        """Keep buffers small, and tell the application which connection it speaks on."""
        found = transport.get_extra_info("socket")
        if found is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        transport.set_write_buffer_limits(high=SEND_BUFFER)
        self.app_state = {**self.app_state, TRANSPORT: transport}
        super().connection_made(transport)
        self._look_at_head()

    def data_received(self, data: bytes) -> None:
        """Go on with a call, and look whether its head is whole by now."""
        super().data_received(data)
        self._look_at_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for no head any more."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def _look_at_head(self) -> None:
        """Close a connection whose next head takes too long: strangers hold none open by sending a byte at a time.

        What still comes of a call that was answered already stands before the next head as well.
        """
        answered = self.cycle and self.cycle.response_complete  # type: ignore[truthy-bool]  # none before a first head
        waiting = self.conn.their_state is h11.IDLE or (answered and self.conn.their_state is h11.SEND_BODY)
        if waiting and self._timer is None:
            self._timer = self.loop.call_later(self._slowest, self.transport.abort)
        elif not waiting and self._timer is not None:
            self._timer.cancel()
            self._timer = None


def server(
    gateway: Gateway, host: str, port: int, *, certificate: Path | None = None, key: Path | None = None
) -> uvicorn.Server:
    """A server that is ready to run.

    Raises:
        UnsafeSetup: it would speak unencrypted to other machines.
    """
    if certificate is None and not _is_loopback(host):
        raise UnsafeSetup(
            "other machines would be spoken to without TLS",
            place=host,
            advice="Give --certificate and --key, or listen on 127.0.0.1 behind a proxy of yours that has them.",
        )
    # Threads that seal and store take turns with the one that answers; five milliseconds each would be told by clients.
    sys.setswitchinterval(TURN)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "aiohttp"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    options: dict[str, Any] = {"ssl_certfile": certificate, "ssl_keyfile": key} if certificate else {}
    config = uvicorn.Config(
        gateway,
        host=host,
        port=port,
        loop="asyncio",
        http=partial(ResettableProtocol, slowest=gateway.slowest),  # type: ignore[arg-type]  # it is only called
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        **options,
    )
    return uvicorn.Server(config)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
