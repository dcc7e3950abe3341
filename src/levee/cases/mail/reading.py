"""A letter as it travels, read for what its sender wrote, or refused by the first reason that there is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.utils import getaddresses
from typing import TYPE_CHECKING

from levee.cases.mail.markup import text_of_markup
from levee.cases.mail.quotes import own_words
from levee.cases.mail.refusals import NotTaken, Why
from levee.kernel.hashing import sha256
from levee.platform.arrivals.spool import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

MOST_TEXT = 64 * 1024
MOST_MARKUP = 1024 * 1024
MOST_PARTS, DEEPEST = 50, 8
MOST_FIELDS = 400
MOST_HOPS = 30
"""After as many mail servers (RFC 5321 section 6.3 allows a hundred) a letter goes in circles."""
_BREAKS = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""How the library breaks on what is no mail."""
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_OF_PROGRAMS = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Auto-Reply-From")
_AWAY = re.compile(
    r"^\s*(?:auto(?:matic)?[ -]?(?:reply|response|generated)|automatische antwort|abwesenheits?notiz"
    r"|out of (?:the )?office|réponse automatique|respuesta automática|risposta automatica|undeliver"
    r"|delivery (?:status notification|failure)"
    r"|mail delivery (?:failed|system)|returned mail)",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter says.

    Attributes:
        sender: the address in `From`, in lower case; empty where there is none, or several. Anybody can write any.
        text: what the sender wrote itself.
        attachments: how many were not taken in.
        digest: SHA-256 in hex of its Message-ID and text, by which the same letter is known again.
    """

    sender: str
    text: str
    attachments: int
    digest: str


def read_letter(raw: bytes, *, no_sender: bool, house: str) -> Letter:
    """Read a letter.

    Args:
        raw: as it arrived.
        no_sender: it came with an empty envelope sender, as reports of mail servers do.
        house: the domain of the house's own letters, by which one that comes back is known.

    Raises:
        NotTaken: with the first reason.
    """
    if len(raw) > MOST_BYTES:
        raise NotTaken(Why.TOO_LARGE)
    if len(_BOUNDARY.findall(raw)) > MOST_PARTS:
        raise NotTaken(Why.TOO_MANY_PARTS)
    try:
        return _read(raw, no_sender=no_sender, house=house)
    except RecursionError as error:
        raise NotTaken(Why.TOO_MANY_PARTS) from error
    except _BREAKS as error:
        raise NotTaken(Why.UNREADABLE) from error


def _read(raw: bytes, *, no_sender: bool, house: str) -> Letter:
    message = message_from_bytes(raw, policy=policy.compat32)
    if len(message.keys()) > MOST_FIELDS:
        raise NotTaken(Why.UNREADABLE)
    if "From" not in message:
        raise NotTaken(Why.UNREADABLE)
    _check_origin(message, no_sender=no_sender, house=house)
    texts, markups, attachments = [], [], 0
    for part in _parts(message):
        kind = part.get_content_type()
        if part.get_filename() or part.get_content_disposition() == "attachment":
            attachments += 1
        elif kind == "text/plain":
            texts.append(_decoded(part))
        elif kind == "text/html":
            markups.append(_decoded(part))
        else:
            attachments += 1
    text = own_words(_clean("\n".join(texts))) or own_words(_clean(_from_markup(markups)))
    if not text:
        raise NotTaken(Why.EMPTY)
    if len(text.encode()) > MOST_TEXT:
        raise NotTaken(Why.TOO_LARGE)
    named = f"{_field(message, 'Message-ID')}\n{text}"
    return Letter(sender=_sender(message), text=text, attachments=attachments, digest=sha256(named.encode()).hex())


def _check_origin(message: Message, *, no_sender: bool, house: str) -> None:
    """Refuse what nobody wrote to us: reports, automatic replies, lists, and our own letters."""
    submitted = _field(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if house and _field(message, "Message-ID").strip(" <>").lower().endswith(f"@{house.lower()}"):
        raise NotTaken(Why.LOOP)
    if len(message.get_all("Received", [])) > MOST_HOPS:
        raise NotTaken(Why.LOOP)
    if no_sender or message.get_content_type() in {"multipart/report", "message/delivery-status"}:
        raise NotTaken(Why.BOUNCE)
    if submitted not in {"", "no"} or _AWAY.match(_field(message, "Subject")):
        raise NotTaken(Why.AUTOMATIC)
    if any(name in message for name in _OF_PROGRAMS):
        raise NotTaken(Why.AUTOMATIC)
    precedence = _field(message, "Precedence").strip().lower()
    if "List-Id" in message or "List-Post" in message or precedence == "list":
        raise NotTaken(Why.LIST)
    if precedence in _BULK:
        raise NotTaken(Why.AUTOMATIC)


def _parts(message: Message) -> Iterator[Message]:
    """Every part that holds something, without letters within the letter, which are attachments."""
    waiting, found = [(message, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        found += 1
        if found > MOST_PARTS or depth > DEEPEST:
            raise NotTaken(Why.TOO_MANY_PARTS)
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting += [(each, depth + 1) for each in reversed(inside) if not isinstance(each, str)]
        else:
            yield part


def _decoded(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    if len(data) > MOST_MARKUP:
        raise NotTaken(Why.TOO_LARGE)
    charset = part.get_content_charset("utf-8")
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _from_markup(markups: list[str]) -> str:
    return "\n".join(text_of_markup(each) for each in markups)


def _clean(text: str) -> str:
    """Without what a page would not show, or would show in another order."""
    return _UNSEEN.sub("", text.replace("\u00a0", " ").replace("\r\n", "\n"))


def _field(message: Message, name: str) -> str:
    """The first field of this name, decoded; empty where there is none."""
    raw = message.get(name)
    if raw is None:
        return ""
    parts = [
        part if isinstance(part, str) else part.decode(_charset(charset), "replace")
        for part, charset in decode_header(str(raw))
    ]
    return " ".join("".join(parts).split())


def _charset(name: str | None) -> str:
    try:
        "".encode(name or "ascii")
    except LookupError:
        return "utf-8"
    return name or "ascii"


def _sender(message: Message) -> str:
    """The one address in the one `From`."""
    fields = [str(each) for each in message.get_all("From", [])]
    found = [address for _, address in getaddresses(fields) if address]
    return found[0].lower() if len(fields) == len(found) == 1 and found[0].isascii() else ""
