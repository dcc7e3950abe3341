"""Sealed transcripts as a client gets them: a page at a time, each exchange with its proof under the page's head."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import msgspec

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.frontier.gateway.transcripts import Transcripts

TRANSCRIPTS, KEY = "/v1/transcripts", "/v1/transcripts/key"
PAGE = 16
"""Exchanges a page at most."""

_AFTER = re.compile(rb"after=(0|[1-9][0-9]{0,15})")


def number_after(query: bytes) -> int:
    """How many exchanges a client has already: `after=N`, or nothing for none."""
    found = _AFTER.fullmatch(query)
    if query and found is None:
        raise BadInput("after=N, where N exchanges are known already", place="/after")
    return int(found[1]) if found else 0


def told_page(transcripts: Transcripts, grant: str, now: int, after: int) -> bytes:
    """A page as JSON: the head, and the exchanges after so many."""
    head = transcripts.head(grant, now)
    exchanges = [
        {"sealed": base64.b64encode(sealed).decode(), "proof": [each.hex() for each in proof]}
        for sealed, proof in transcripts.after(head, after, PAGE)
    ]
    return msgspec.json.encode({"head": head.told(), "after": after, "exchanges": exchanges})


def told_key(transcripts: Transcripts, grant: str) -> bytes:
    """The wrapped key of a grant as JSON; either side opens it with its own."""
    wrapped = base64.b64encode(transcripts.wrap(grant)).decode()
    return msgspec.json.encode({"recipient": transcripts.kept().get(grant, ""), "wrapped": wrapped})
