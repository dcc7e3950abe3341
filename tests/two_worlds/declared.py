"""The declared random fields: all that two answers may differ in. Fixed length, fresh each time, nothing else."""

from __future__ import annotations

import re

DECLARED = {
    "public id": rb"\b[A-Z]{3}-[0-9A-HJKMNP-TV-Z]{26}\b",
    "key": rb"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
    "csrf token": rb'(?<=name="csrfmiddlewaretoken" value=")[0-9A-Za-z]{64}(?=")',
    "csrf cookie": rb"(?<=csrftoken=)[0-9A-Za-z]{32}",
    "session": rb"(?<=sessionid=)[0-9a-z]{32}",
    "expiry of a cookie or page": (
        rb"(?:(?<=expires=)|(?<=Expires: ))[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
    ),
    "instant and signature of a notice": rb"(?<=:)[0-9A-Za-z]{6}:[0-9A-Za-z_-]{43}(?=;)",
    "api token": rb"lvt_[0-9A-Za-z_-]{43}",
    "address of a feed": rb"lvf_[0-9A-Za-z_-]{43}",
    "sign-in link": rb"(?<=/link/)[0-9A-Za-z_-]{32}(?=/)",
    "leaf or root": rb"\b[0-9a-f]{64}\b",
    "salt": rb'(?<="salt":")[0-9a-f]{32}(?=")',
    "root in a checkpoint": rb"(?:(?<![0-9A-Za-z+/])|(?<=\\n))[0-9A-Za-z+/]{43}=(?![0-9A-Za-z+/=])",
    "signature in a checkpoint": rb"(?<![0-9A-Za-z+/])[0-9A-Za-z+/]{91}=(?![0-9A-Za-z+/=])",
    "signature of a checkpoint": rb"\b[0-9a-f]{128}\b",
}
_ALL = [(re.compile(pattern), b"<" + name.encode() + b">") for name, pattern in DECLARED.items()]


def without_declared(text: bytes) -> bytes:
    """The text with every declared random field replaced by its name."""
    for pattern, name in _ALL:
        text = pattern.sub(name, text)
    return text
