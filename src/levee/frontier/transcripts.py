"""Transcripts as files that both sides keep: sealed exchanges in order, and the head of the log that they are.

One JSON object a line: the head first, then each exchange. Whoever has a head, by any way, finds every exchange that
was changed, left out or put in since.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from levee.formats.strict_json import read_json
from levee.frontier.statements import MOST, handle_named
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json, sha256
from levee.ledger.core.merkle import DIGEST, Edge, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LONGEST = 64 << 20
"""Bytes of a line at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the log of one grant was at an instant: how many exchanges, and the root of the tree over them (RFC 9162).

    Attributes:
        root: 32 bytes. at: seconds since 1970.
    """

    grant: str
    size: int
    root: bytes
    at: int

    def told(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"grant": self.grant, "size": self.size, "root": self.root.hex(), "at": self.at}

    @property
    def digest(self) -> str:
        """SHA-256 of it in canonical JSON, `sha256:…`: all that a ledger of anybody else's needs to hold."""
        return f"sha256:{sha256(canonical_json(self.told())).hex()}"


def read_head(told: object) -> Head:
    """A head from JSON; BadInput for anything else."""
    match told:
        case {"grant": str(grant), "size": int(size), "root": str(root), "at": int(at), **more} if not more:
            if 0 <= size <= MOST and 0 <= at <= MOST and not isinstance(size, bool) and not isinstance(at, bool):
                return Head(grant=handle_named(grant, "grant"), size=size, root=digest_named(root), at=at)
    raise BadInput("a head says grant, size, root and at", place="/head")


def digest_named(text: str, place: str = "/root") -> bytes:
    """32 bytes in hexadecimal digits; BadInput, naming the place, for anything else."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != DIGEST or found.hex() != text:
        raise BadInput(f"a {place[1:]} is written in 64 hexadecimal digits", place=place)
    return found


def lines(head: Head, exchanges: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a file of transcripts, from all of its sealed exchanges in order."""
    yield canonical_json(head.told()) + b"\n"
    for sealed in exchanges:
        yield canonical_json({"sealed": base64.b64encode(sealed).decode()}) + b"\n"


def read_lines(given: Iterable[bytes]) -> tuple[Head, Iterator[bytes]]:
    """The head of a file of transcripts and its sealed exchanges, read as they are asked for.

    Raises:
        BadInput: names the line that is none.
    """
    found = iter(given)
    head = read_head(_object(next(found, b""), 1))
    return head, (_sealed(line, number) for number, line in enumerate(found, 2))


def check(given: Iterable[bytes], heads: Mapping[int, bytes] | None = None) -> Head:
    """The head of a file of transcripts, where its exchanges are those that the head stands for.

    Args:
        given: the lines.
        heads: roots of earlier heads, by size: the log must have grown from each.

    Raises:
        BadInput: it is not so; names the line that is none.
    """
    head, exchanges = read_lines(given)
    wanted = {**(heads or {}), head.size: head.root}
    if heads and heads.get(head.size, head.root) != head.root:
        raise BadInput(f"its head after {head.size} exchanges is not the one that was given before", place="head")
    edge = Edge()
    while True:
        if edge.size in wanted and edge.root() != wanted.pop(edge.size):
            raise BadInput(
                f"the first {edge.size} exchanges are not those that the head stands for",
                code="transcripts.changed",
                place="head",
            )
        sealed = next(exchanges, None)
        if sealed is None:
            break
        edge = edge.extend([leaf_hash(sealed)])
    if wanted or edge.size != head.size:
        size = max((head.size, *wanted))
        raise BadInput(f"{edge.size} of {size} exchanges are here", code="transcripts.missing", place="head")
    return head


def leaf_of(file: bytes, exchange: int) -> str:
    """The leaf of one exchange of a file of transcripts, `sha256:…`, once the file is what its head stands for.

    Raises:
        BadInput: it is not, or has no such exchange.
    """
    listed = file.splitlines(keepends=True)
    head = check(listed)
    if not 1 <= exchange <= head.size:
        raise BadInput(f"there are {head.size} exchanges", place="exchange")
    sealed = list(read_lines(listed)[1])[exchange - 1]
    return f"sha256:{leaf_hash(sealed).hex()}"


def _sealed(line: bytes, number: int) -> bytes:
    match _object(line, number):
        case {"sealed": str(text), **more} if not more:
            try:
                return base64.b64decode(text, validate=True)
            except ValueError:
                pass
    raise BadInput("a line holds one sealed exchange", place=f"line {number}")


def _object(line: bytes, number: int) -> dict[str, Any]:
    try:
        found = read_json(line, max_bytes=LONGEST)
    except BadInput as error:
        raise BadInput(error.message, place=f"line {number}") from error
    if not isinstance(found, dict):
        raise BadInput("a line is a JSON object", place=f"line {number}")
    return found
