"""The receiver: speaks SMTP (RFC 5321) with the mail server in front of the house, and answers everyone alike."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from aiosmtpd.controller import Controller

from levee.kernel.errors import Unavailable, UnsafeSetup
from levee.platform.arrivals.spool import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.smtp import SMTP, Envelope, Session

    from levee.kernel.ids import Ids
    from levee.platform.arrivals.spool import Spool

MOST_RECIPIENTS = 10
_UNKNOWN = "550 5.1.1 no letter answers to this address"
_FULL = "452 4.3.1 try again later"
_TAKEN = "250 2.0.0 taken"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """What is done with each letter of a conversation.

    Attributes:
        spool: where letters are kept.
        house: the address that the house's letters come from; answers come to `local+ID@domain`.
    """

    spool: Spool
    house: str
    ids: Ids

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take an address that has the form of one to answer to: whether a letter ever named it is not known here."""
        if self._answered(address) is None:
            return _UNKNOWN
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 taken"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """Keep a letter, once for each address."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        no_sender = not (envelope.mail_from or "").strip("<>")
        try:
            for answers in dict.fromkeys(self._answered(address) for address in envelope.rcpt_tos):
                if answers is not None:
                    self.spool.put(raw, answers=answers, no_sender=no_sender, ids=self.ids)
        except (Unavailable, OSError):
            _log.warning("a letter could not be kept", exc_info=True)
            return _FULL
        return _TAKEN

    def _answered(self, address: str) -> UUID | None:
        local, _, domain = self.house.rpartition("@")
        match = re.fullmatch(rf"{re.escape(local)}\+([0-9a-f]{{32}})@{re.escape(domain)}", address, re.IGNORECASE)
        return UUID(hex=match[1]) if match else None


@contextmanager
def receiving(receiver: Receiver, *, host: str, port: int) -> Iterator[None]:
    """Listen in a thread while the block runs.

    Raises:
        UnsafeSetup: nothing can listen there.
    """
    listening = Controller(
        receiver,
        hostname=host,
        port=port,
        data_size_limit=MOST_BYTES,
        ident="ready",
        server_hostname=receiver.house.rpartition("@")[2] or "localhost",
        enable_SMTPUTF8=False,
        decode_data=False,
    )
    try:
        listening.start()
    except OSError as error:
        raise UnsafeSetup(
            f"mail cannot be received at {host}:{port}: {error}",
            place="LEVEE_MAIL_IN_PORT",
            advice="choose another port",
        ) from error
    try:
        yield
    finally:
        listening.stop()
