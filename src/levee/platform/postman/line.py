"""One connection to the mail server, used for many letters."""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress
from typing import TYPE_CHECKING

from levee.kernel.errors import LeveeError
from levee.platform.postman.letters import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.platform.postman.letters import Outgoing

_GO_ON, _TAKEN, _PERMANENT = 354, 250, 500
_LONGEST_ANSWER = 300
_BROKEN = (OSError, smtplib.SMTPException, LeveeError)
Reply = tuple[int, bytes]


class Line:
    """A connection that is opened when needed, reused, and opened anew when it broke."""

    def __init__(self, connect: Callable[[], smtplib.SMTP], sender: str) -> None:
        """Prepare a line.

        Args:
            connect: opens a connection that is greeted, encrypted and signed in.
            sender: the envelope's sender.
        """
        self._connect, self._sender = connect, sender
        self._server: smtplib.SMTP | None = None

    def send(self, letter: Outgoing, about_to_leave: Callable[[], None]) -> Answer:
        """Hand one letter over.

        Args:
            letter: the letter.
            about_to_leave: called right before its content goes out; from then on the server may have it.
        """
        reused = self._server is not None
        envelope = self._envelope(letter)
        if envelope.outcome is Outcome.LATER and reused:  # a server that tires of a connection is called again
            self.hang_up()
            envelope = self._envelope(letter)
        if envelope.outcome is not Outcome.SENT or self._server is None:
            return envelope
        about_to_leave()
        try:
            self._server.send(re.sub(rb"(?m)^\.", b"..", letter.data) + b".\r\n")
            return _answer(letter, self._server.getreply(), _TAKEN)
        except _BROKEN as error:
            self.hang_up()
            return Answer(letter.id, Outcome.UNSURE, _words(error))

    def hang_up(self) -> None:
        """Close the connection."""
        server, self._server = self._server, None
        if server is None:
            return
        with suppress(*_BROKEN):
            if server.sock is not None:  # it lets go of a broken one by itself
                server.sock.settimeout(2)
                server.quit()
        server.close()

    def _envelope(self, letter: Outgoing) -> Answer:
        """Sender and recipient, up to the server's word to go on; `sent` means that it said so."""
        try:
            if self._server is None:
                self._server = self._connect()
                self._server.ehlo_or_helo_if_needed()
            return self._ask(self._server, letter)
        except _BROKEN as error:
            self.hang_up()
            return Answer(letter.id, Outcome.LATER, _words(error))

    def _ask(self, server: smtplib.SMTP, letter: Outgoing) -> Answer:
        said = (f"MAIL FROM:<{self._sender}>", f"RCPT TO:<{letter.to}>", "DATA")
        together = server.has_extn("pipelining")  # RFC 2920: one round trip for all three
        if together:
            server.send("".join(f"{each}\r\n" for each in said))
        replies: list[Reply] = []
        for each in said:
            replies.append(server.getreply() if together else server.docmd(each))
            if not together and replies[-1][0] not in {_TAKEN, _GO_ON}:
                break
        refused = next((reply for reply in replies if reply[0] not in {_TAKEN, _GO_ON}), None)
        if refused is None:
            return Answer(letter.id, Outcome.SENT, "")
        if replies[-1][0] == _GO_ON:  # it goes on although the recipient was refused: nothing follows
            server.docmd(".")
        server.docmd("RSET")
        return _answer(letter, refused, _TAKEN)


def _answer(letter: Outgoing, reply: Reply, wanted: int) -> Answer:
    code, words = reply
    if code == wanted:
        return Answer(letter.id, Outcome.SENT, _words(words))
    return Answer(letter.id, Outcome.REFUSED if code >= _PERMANENT else Outcome.LATER, f"{code} {_words(words)}")


def _words(said: object) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:_LONGEST_ANSWER]
