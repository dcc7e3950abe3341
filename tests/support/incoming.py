"""Mail that arrives in tests: a real receiver on the loopback, letters to it, and what a worker does about them."""

from __future__ import annotations

import smtplib
import socket
from contextlib import contextmanager
from email.message import EmailMessage

from support.database import as_role, by_default
from support.running import service

ADA = "ada@maintainers.example"
HOUSE = "levee@localhost"


@contextmanager
def post_office():
    """A receiver on the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    from levee.platform.arrivals.receiver import Receiver, receiving
    from levee.platform.ports import ports

    receiver = Receiver(spool=ports().arrivals, house=HOUSE, ids=ports().ids)
    with receiving(receiver, host="127.0.0.1", port=port):
        yield port


def letter(text="We look into it.", *, sender=f"Ada <{ADA}>", **fields):
    """A letter from Ada, or whoever is said."""
    from levee.platform.ports import ports

    message = EmailMessage()
    message["From"] = sender
    message["To"] = HOUSE
    message["Subject"] = "Re: A message from Levee"
    message["Message-ID"] = fields.pop("message_id", f"<{ports().ids.new().hex}@maintainers.example>")
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def post(port, to, message, *, sender=ADA):
    """Send a letter through a conversation; returns what the receiver said."""
    raw = message if isinstance(message, bytes) else message.as_bytes().replace(b"\n", b"\r\n").replace(b"\r\r", b"\r")
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
        server.ehlo("there")
        codes = [server.mail(sender), server.rcpt(to)]
        return [*codes, server.data(raw)] if codes[-1][0] < 400 else codes


def reply_address(world, number=-1):
    """Where an answer to a letter goes, the newest where not said otherwise."""
    from levee.notify.models import Letter

    with as_role(world.owner_role):
        rows = list(Letter.unscoped.exclude(answers_to=None).order_by("queued_at", "id"))
    return f"levee+{rows[number].id.hex}@localhost"


def taken_in(world):
    """What a worker does about letters that arrived."""
    from levee.cases.services import arriving
    from levee.platform.database.roles import DbRole
    from levee.platform.jobs import run_pending

    with by_default(DbRole.WORKER):
        given = arriving.look_once(service(world))
        run_pending()
    return given
