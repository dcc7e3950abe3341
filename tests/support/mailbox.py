"""A real SMTP server on the loopback that keeps what it receives, and can be told to refuse or to break."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """What arrived: (recipient, message) in order; `refuse` answers recipients, `breaks` cuts connections after DATA."""

    received: list = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    breaks: int = 0
    connections: int = 0
    pipelining: bool = True
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd's name
        self.connections += 1
        session.host_name = hostname
        return [*responses[:-1], *(["250-PIPELINING"] if self.pipelining else []), responses[-1]]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the same
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the same
        with self.lock:
            if self.breaks:
                self.breaks -= 1
                server.transport.abort()
                return "451 never seen"
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.received += [(address, message) for address in envelope.rcpt_tos]
        return "250 taken"

    def to(self, address):
        """The messages to an address."""
        return [message for to, message in self.received if to == address]

    @contextmanager
    def running(self):
        """Listen while the block runs."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


def text_of(message):
    """The plain text of a message."""
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip()
