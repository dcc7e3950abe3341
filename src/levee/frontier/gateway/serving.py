"""Runs a gateway: one process, plain sockets that can be reset, and no line of a log that holds what was said."""

from __future__ import annotations

import ipaddress
import logging
import socket
import sys
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from levee.frontier.gateway.app import TRANSPORT
from levee.kernel.errors import UnsafeSetup

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from levee.frontier.gateway.app import Gateway

SEND_BUFFER = 16 << 10
"""Bytes that may wait in the kernel for a client: what a reset throws away."""


class ResettableProtocol(H11Protocol):
    """HTTP/1.1 whose connection the application can reset, with little waiting on its way out."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent has it
        """Keep buffers small, and tell the application which connection it speaks on."""
        found = transport.get_extra_info("socket")
        if found is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        transport.set_write_buffer_limits(high=SEND_BUFFER)
        self.app_state = {**self.app_state, TRANSPORT: transport}
        super().connection_made(transport)


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
    # httpcore looks for this package at every call, and where it is not installed that takes two milliseconds of disk.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]  # the import system reads it as "there is none"
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    options: dict[str, Any] = {"ssl_certfile": certificate, "ssl_keyfile": key} if certificate else {}
    config = uvicorn.Config(
        gateway,
        host=host,
        port=port,
        loop="asyncio",
        http=ResettableProtocol,
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
