"""The sealed transcripts of a gateway: a SQLite file of ciphertext and tree, and a folder of wraps outside it.

Only the file is ever backed up. A wrap is one small file; whoever destroys it and its copies makes all that was sealed
to its key unreadable, in every backup of the file too.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from levee.frontier.gateway.database import Database
from levee.frontier.sealing import new_key
from levee.frontier.transcripts import Head
from levee.kernel.errors import BadInput, NotFound, Unavailable
from levee.kernel.hashing import sha256
from levee.ledger.core.merkle import DIGEST, Edge, consistency_proof, inclusion_proof, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from levee.ledger.core.merkle import Node

FILE, WRAPS = "transcripts.sqlite3", "wraps"

SCHEMA = """
create table if not exists keys (
    grant_id text primary key, recipient text not null, wrap blob not null, size integer not null, peaks blob not null
) strict;
create table if not exists exchanges (
    grant_id text, number integer, leaf blob not null, sealed blob not null, primary key (grant_id, number)
) strict;
create table if not exists nodes (
    grant_id text, level integer, place integer, hash blob not null, primary key (grant_id, level, place)
) strict, without rowid;
"""
PAGE = "select sealed from exchanges where grant_id = ? and number >= ? order by number limit ?"


class Transcripts(Database):
    """One connection; used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / FILE, SCHEMA.split(";")[:-1])
        self._wraps = folder / WRAPS

    def recipient(self, grant: str, seals: Iterable[str]) -> str:
        """The key that exchanges of a grant are sealed to; made, and wrapped to both sides, when first asked for.

        Raises:
            Unavailable: its wrap is not there, or not the one that was kept: what is sealed could never be opened.
        """
        with self._writing():
            for recipient, digest in self._all("select recipient, wrap from keys where grant_id = ?", grant):
                if sha256(self.wrap(grant)) != digest:
                    raise Unavailable("the key for transcripts of this grant is gone")
                return str(recipient)
            key = new_key(seals)
            try:
                _written(wrap_of(self._wraps, grant), key.wrapped)
            except OSError:
                raise Unavailable("no key for transcripts can be kept") from None
            self._db.execute("insert into keys values (?, ?, ?, 0, x'')", (grant, key.recipient, sha256(key.wrapped)))
        return key.recipient

    def wrap(self, grant: str) -> bytes:
        """The wrapped key of a grant; Unavailable where it is not there."""
        try:
            return wrap_of(self._wraps, grant).read_bytes()
        except OSError:
            raise Unavailable("the key for transcripts of this grant is gone") from None

    def append(self, exchanges: Iterable[tuple[str, bytes]]) -> None:
        """Add sealed exchanges, each with its grant, to the logs of their grants."""
        with self._writing():
            for grant, sealed in exchanges:
                edge, leaf = self._edge(grant), leaf_hash(sealed)
                found: list[tuple[Node, bytes]] = []
                row = (grant, edge.size, leaf, sealed)
                self._db.execute("insert into exchanges values (?, ?, ?, ?)", row)
                edge = edge.extend([leaf], lambda node, root, to=found: to.append((node, root)))  # type: ignore[misc]
                for node, root in found:
                    self._db.execute("insert into nodes values (?, ?, ?, ?)", (grant, *node, root))
                to = (edge.size, b"".join(edge.peaks), grant)
                self._db.execute("update keys set size = ?, peaks = ? where grant_id = ?", to)

    def head(self, grant: str, now: int) -> Head:
        """What the log of a grant is at this instant; NotFound where there is none."""
        edge = self._edge(grant)
        return Head(grant=grant, size=edge.size, root=edge.root(), at=now)

    def grown(self, head: Head, size: int) -> tuple[bytes, ...]:
        """The proof that the log has grown to a head from an earlier size (RFC 9162).

        Raises:
            BadInput: it was never so large.
        """
        if not 0 < size <= head.size:
            raise BadInput(f"this log has {head.size} exchanges", place="size")
        return consistency_proof(size, head.size, self._subroots(head.grant))

    def after(self, head: Head, number: int, most: int) -> list[tuple[bytes, Sequence[bytes]]]:
        """Sealed exchanges from a number on, so many at most, each with its proof under a head (RFC 9162)."""
        found = self._all(PAGE, head.grant, number, max(0, min(most, head.size - number)))
        hashes = self._subroots(head.grant)
        return [(sealed, inclusion_proof(place, head.size, hashes)) for place, (sealed,) in enumerate(found, number)]

    def all(self, head: Head) -> Iterator[bytes]:
        """Every sealed exchange under a head, in order."""
        for number in range(head.size):
            for (sealed,) in self._all(PAGE, head.grant, number, 1):
                yield sealed

    def kept(self) -> dict[str, str]:
        """The key of each grant that exchanges were sealed to, `age1…`."""
        return dict(self._all("select grant_id, recipient from keys order by grant_id"))

    def drop(self, grant: str) -> None:
        """Let go of what was sealed, in the file's log too; the tree stays, so that heads can still be compared."""
        with self._writing():
            self._db.execute("update exchanges set sealed = x'' where grant_id = ?", (grant,))
        self._all("pragma wal_checkpoint(truncate)")

    def _edge(self, grant: str) -> Edge:
        for size, peaks in self._all("select size, peaks from keys where grant_id = ?", grant):
            parts = (peaks[place : place + DIGEST] for place in range(0, len(peaks), DIGEST))
            return Edge(size=size, peaks=tuple(parts))
        raise NotFound("no transcripts are kept of this grant", place=grant)

    def _subroots(self, grant: str) -> Callable[[Node], bytes]:
        inner = "select hash from nodes where grant_id = ? and level = ? and place = ?"
        outer = "select leaf from exchanges where grant_id = ? and number = ?"

        def read(node: Node) -> bytes:
            found = self._all(inner, grant, *node) if node.level else self._all(outer, grant, node.place)
            return bytes(found[0][0])

        return read


def wrap_of(folder: Path, grant: str) -> Path:
    """Where the wrap of a grant lies."""
    return folder / f"{grant}.age"


def _written(path: Path, data: bytes) -> None:
    """Write a file that is on the disk, with its name, before anything is sealed to what it holds."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with suppress(FileNotFoundError):
        path.unlink()  # of a process that ended before it kept the key
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
