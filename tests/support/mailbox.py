"""A real SMTP server on the loopback that keeps what it receives, and a postman of this process that calls it."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from levee.kernel.clock import SystemClock
from levee.kernel.ids import RandomIds
from levee.platform.mail import SmtpMail
from levee.platform.postman import Postman
from levee.platform.postman.client import address
from levee.platform.postman.journal import Journal
from levee.platform.postman.line import Line
from levee.platform.postman.office import Office

SENDER = "levee@house.example"


@dataclass
class Mailbox:
    """What arrived: (recipient, message) in order.

    `refuse` answers for recipients; so many connections as `breaks` says are cut after a letter, before the answer.
    """

    received: list = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    breaks: int = 0
    connections: int = 0
    pipelining: bool = True
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: ARG002, N802 - as aiosmtpd calls it
        self.connections += 1
        session.host_name = hostname
        return [*responses[:-1], *(["250-PIPELINING"] if self.pipelining else []), responses[-1]]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ARG002, N802 - as aiosmtpd calls it
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 - as aiosmtpd calls it
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


@contextmanager
def posted_to(mailbox, folder, lines=2):
    """A postman in threads of this process; yields how to call it."""
    way = SmtpMail(url=f"smtp://127.0.0.1:{mailbox.port}", sender=SENDER, clock=SystemClock(), ids=RandomIds())
    closed, journal = threading.Event(), Journal(folder / "journal")
    address(folder).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address(folder)))
        listener.listen()
        office = Office(listener, journal, [Line(way.connect, SENDER) for _ in range(lines)])
        thread = threading.Thread(target=office.work, args=[closed.is_set])
        thread.start()
        try:
            yield Postman(folder=folder)
        finally:
            closed.set()
            thread.join()
            journal.close()
