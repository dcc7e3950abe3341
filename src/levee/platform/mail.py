"""Mail that tells the network nothing: one subject, random ids, sizes in classes.

What goes into the text (a locator and a code, never case data) and when it leaves (at a tick) is the business of
`levee.notify`; how it leaves is decided here.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from base64 import b64encode
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from levee.kernel.errors import BadInput, Unavailable, UnsafeSetup
from levee.platform.files import make_private_folder, write_private

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from levee.kernel.clock import Clock
    from levee.kernel.ids import Ids

SUBJECT: Final = "A message from Levee"
SIZE_CLASS: Final = 4096  # bytes of text; every letter is padded to a multiple
_TIMEOUT_SECONDS = 30
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ADDRESS = re.compile(  # addr-spec of RFC 5322 without comments, quotes and blanks, which no real mailbox needs
    r"([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*)@([a-z0-9-]+(?:\.[a-z0-9-]+)*)", re.ASCII | re.IGNORECASE
)
_ADDRESS_LIMIT = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
_BASE64_LINE = 76  # RFC 2045 section 6.8
CRLF: Final = "\r\n"
_PLAIN_TEXT = (
    "MIME-Version: 1.0",
    'Content-Type: text/plain; charset="utf-8"',
    "Content-Transfer-Encoding: base64",  # the one encoding whose length depends on the length alone
)
_PORTS = {"smtp": 25, "smtps": 465}


class Mail(Protocol):
    """The way out for mail."""

    def send(self, *, to: str, text: str, letter: UUID | None = None) -> UUID:
        """Send one plain-text letter.

        Args:
            to: one address (RFC 5322 addr-spec), without a name.
            text: what is said.
            letter: a random id for it, the same when it is sent again; a fresh one where none is given.

        Returns:
            The random id in Message-ID and Reply-To, by which an answer is recognised.

        Raises:
            BadInput: the address is none, or its server refuses it for good.
            Unavailable: no mail server takes it now; send again later.
            UnsafeSetup: it would travel in the clear.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as it was kept on this machine."""

    id: UUID
    to: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMail:
    """Sends through a mail server, encrypted unless it is on this machine.

    Attributes:
        url: `smtp://host:port` (STARTTLS) or `smtps://host:port`, with `name@` where the server wants a sign-in.
        sender: the house's address; answers come to `local+ID@domain`.
        password: for the sign-in.
        tls: the certificates to trust; those of the system where None.
    """

    url: str
    sender: str
    clock: Clock
    ids: Ids
    password: str = ""
    tls: ssl.SSLContext | None = None

    def send(self, *, to: str, text: str, letter: UUID | None = None) -> UUID:
        """Send one plain-text letter; see `Mail.send`."""
        letter_id = letter or self.ids.new()
        message = _message(letter_id, sender=self.sender, to=to, text=text, at=self.clock.now())
        try:
            with self.connect() as server:
                server.send_message(message, from_addr=self.sender, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(to, error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"the mail server does not take mail: {error}", advice="It is tried again.") from error
        return letter_id

    def connect(self) -> smtplib.SMTP:
        """Open a connection that is encrypted, unless it stays on this machine, and signed in.

        Raises:
            UnsafeSetup: it would travel in the clear, or the address is none.
            OSError, smtplib.SMTPException: no server answers so.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise UnsafeSetup(f"{self.url} is no address of a mail server", advice="Write smtp://host:port.")
        context = self.tls or ssl.create_default_context()
        port = parts.port or _PORTS[parts.scheme]
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(parts.hostname, port, timeout=_TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(parts.hostname, port, timeout=_TIMEOUT_SECONDS)
        try:
            if parts.scheme == "smtp":
                _encrypt(server, parts.hostname, context)
            if parts.username:
                server.login(parts.username, self.password)
        except BaseException:
            server.close()
            raise
        return server


def _encrypt(server: smtplib.SMTP, host: str, context: ssl.SSLContext) -> None:
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
    elif host not in _LOOPBACK:
        raise UnsafeSetup(
            f"the mail server {host} offers no encryption",
            advice="Switch STARTTLS on there, use smtps://, or run a relay on this machine.",
        )


def _refused(to: str, error: smtplib.SMTPRecipientsRefused) -> BadInput | Unavailable:
    status, _ = error.recipients[to]
    if status >= 500:  # noqa: PLR2004 (RFC 5321 section 4.2.1: permanent)
        return BadInput("the mail server refuses this address", code="mail.refused")
    return Unavailable("the mail server does not take this address now", advice="It is tried again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMail:
    """Keeps letters on this machine, for the demo, tests and houses without a mail server."""

    folder: Path
    sender: str
    clock: Clock
    ids: Ids

    def send(self, *, to: str, text: str, letter: UUID | None = None) -> UUID:
        """Keep one plain-text letter; see `Mail.send`."""
        letter_id = letter or self.ids.new()
        message = _message(letter_id, sender=self.sender, to=to, text=text, at=self.clock.now())
        make_private_folder(self.folder)
        write_private(self.folder / f"{letter_id.hex}.eml", message.as_bytes())
        return letter_id

    def letters(self) -> list[Letter]:
        """All letters kept, oldest first."""
        files = sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [read_letter(path.read_bytes()) for path in files]


def read_letter(raw: bytes) -> Letter:
    """Read a letter that Levee sent back from its wire form."""
    message = message_from_bytes(raw, policy=policy.default)
    return Letter(
        id=UUID(hex=str(message["Message-ID"])[1:33]),
        to=str(message["To"]),
        text=message.get_content().replace("\r\n", "\n").rstrip(),
        sent_at=parsedate_to_datetime(str(message["Date"])),
    )


def in_wire_form(letter_id: UUID, *, sender: str, to: str, subject: str, text: str, at: datetime) -> bytes:
    """A plain-text letter as it travels; the same arguments give the same bytes, padded to a class of sizes.

    Written by hand, because letters come by the ten thousand and the library takes a millisecond for each.

    Raises:
        BadInput: an address is none.
    """
    body = b64encode(_padded(text).replace("\n", CRLF).encode()).decode("ascii")
    lines = (body[start : start + _BASE64_LINE] for start in range(0, len(body), _BASE64_LINE))
    return with_body(
        letter_id,
        sender=sender,
        to=to,
        subject=subject,
        body=(CRLF.join((*_PLAIN_TEXT, "", *lines)) + CRLF).encode("ascii"),
        at=at,
    )


def with_body(letter_id: UUID, *, sender: str, to: str, subject: str, body: bytes, at: datetime) -> bytes:
    """A letter of several parts as it travels.

    Args:
        letter_id: the same letter has the same.
        sender: the house's address.
        to: one address.
        subject: one line.
        body: the parts, beginning with the fields that say what they are.
        at: when it was written.

    Raises:
        BadInput: an address is none.
    """
    house = _address(sender)
    fields = (
        f"From: {house}",
        f"To: {_address(to)}",
        f"Subject: {_line(subject)}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{letter_id.hex}@{house.domain}>",
        f"Reply-To: {house.username}+{letter_id.hex}@{house.domain}",
        "Auto-Submitted: auto-generated",  # RFC 3834: keeps out-of-office programs quiet
    )
    return (CRLF.join(fields) + CRLF).encode("ascii") + body


def _line(subject: str) -> str:
    line = " ".join(subject.split())
    return line if line.isascii() else Header(line, "utf-8").encode(linesep=CRLF)


def _message(letter_id: UUID, *, sender: str, to: str, text: str, at: datetime) -> EmailMessage:
    address, house = _address(to), _address(sender)
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = house
    message["To"] = address
    message["Subject"] = SUBJECT
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter_id.hex}@{house.domain}>"
    message["Reply-To"] = Address(username=f"{house.username}+{letter_id.hex}", domain=house.domain)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps out-of-office programs quiet
    message.set_content(_padded(text), cte="base64")  # the one encoding whose length depends on the length alone
    return message


def _address(text: str) -> Address:
    match = _ADDRESS.fullmatch(text)
    if match is None or len(text) > _ADDRESS_LIMIT:
        raise BadInput("this is no mail address", code="mail.address")
    return Address(username=match[1], domain=match[2])


def _padded(text: str) -> str:
    size = len(text.replace("\n", "\r\n").encode())
    return text + " " * (-(size + 2) % SIZE_CLASS) + "\n"
