"""One log as one file of JSON lines, written so that any reader can check it offline.

Lines, each in canonical JSON and of one kind:

``log``         first: format, name of the log, verifier key
``entry``       position, commitments, opened fields with their salts, leaf hash, chain link
``checkpoint``  a signed note; one of them covers every entry
``opening``     of an hour's commitment; in exports for auditors only
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json
from levee.ledger.core import leaves
from levee.ledger.core.anchors import INSTANT, spell
from levee.ledger.core.merkle import DIGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from levee.ledger.core.anchors import Opening
    from levee.ledger.core.checkpoints import VerifierKey

FORMAT = "levee-ledger/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A field as its writer meant it: the salt (16 bytes) and the value (JSON)."""

    salt: bytes
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One entry of a log.

    Args:
        position: from 0, without gaps.
        commitments: field to 64 hexadecimal digits.
        opened: the fields that this reader may know; a shredded or withheld field is missing here alone.
        leaf: 32 bytes, the leaf hash over the commitments.
        link: 32 bytes, the chain from the log's first entry to this one.
    """

    position: int
    commitments: Mapping[str, str]
    opened: Mapping[str, Opened] = field(default_factory=dict)
    leaf: bytes
    link: bytes

    def only(self, *names: str) -> Sealed:
        """The same entry with no field opened but these; every proof of it still holds."""
        kept = {name: opened for name, opened in self.opened.items() if name in names}
        return Sealed(position=self.position, commitments=self.commitments, opened=kept, leaf=self.leaf, link=self.link)


def seal(position: int, previous: bytes, fields: Mapping[str, object], salts: Mapping[str, bytes]) -> Sealed:
    """Make the entry that follows the link ``previous``.

    Raises:
        KeyError: a field has no salt.
        TypeError: a value has no canonical JSON.
        ValueError: a salt is not 16 bytes.
    """
    committed = leaves.commitments(fields, salts)
    leaf = leaves.leaf_of(committed)
    opened = {name: Opened(salt=salts[name], value=value) for name, value in fields.items()}
    return Sealed(position=position, commitments=committed, opened=opened, leaf=leaf, link=leaves.chain(previous, leaf))


def origin_of(key: VerifierKey, log: str) -> str:
    """The name that checkpoints of this house's log carry, so that one log's checkpoint never covers another log."""
    return f"{key.name}/{log}"


def log_line(log: str, key: VerifierKey) -> bytes:
    """The first line of an export."""
    return _line({"kind": "log", "format": FORMAT, "log": log, "key": str(key)})


def entry_line(entry: Sealed) -> bytes:
    """The line of one entry."""
    opened = {name: {"salt": known.salt.hex(), "value": known.value} for name, known in entry.opened.items()}
    return _line(
        {
            "kind": "entry",
            "position": entry.position,
            "commitments": dict(entry.commitments),
            "opened": opened,
            "leaf": entry.leaf.hex(),
            "chain": entry.link.hex(),
        }
    )


def checkpoint_line(note: str) -> bytes:
    """The line of a signed checkpoint."""
    return _line({"kind": "checkpoint", "note": note})


def opening_line(opening: Opening) -> bytes:
    """The line that opens the commitment of one hour."""
    return _line(
        {
            "kind": "opening",
            "hour": spell(opening.hour),
            "nonce": opening.nonce.hex(),
            "size": opening.size,
            "root": opening.root.hex(),
        }
    )


def export(
    log: str, key: VerifierKey, entries: Iterable[Sealed], notes: Iterable[str], openings: Iterable[Opening] = ()
) -> Iterator[bytes]:
    """The lines of a log: its entries, its signed checkpoints, of which one covers all, and openings for auditors."""
    yield log_line(log, key)
    for entry in entries:
        yield entry_line(entry)
    for note in notes:
        yield checkpoint_line(note)
    for opening in openings:
        yield opening_line(opening)


def _line(content: Mapping[str, object]) -> bytes:
    return canonical_json(dict(content)) + b"\n"


def digest_in(content: Mapping[str, object], name: str, length: int = DIGEST) -> bytes:
    """Read a field of lower-case hexadecimal digits of an exact number of bytes. Raises BadInput otherwise."""
    text = content.get(name)
    if isinstance(text, str) and len(text) == 2 * length and not set(text) - set("0123456789abcdef"):
        return bytes.fromhex(text)
    raise BadInput(f"{name} is not {2 * length} hexadecimal digits")


def count_in(content: Mapping[str, object], name: str) -> int:
    """Read a whole number of 0 or more. Raises BadInput otherwise."""
    number = content.get(name)
    if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
        return number
    raise BadInput(f"{name} is not a whole number")


def mapping_in(content: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Read an object. Raises BadInput otherwise."""
    inner = content.get(name)
    if isinstance(inner, dict):
        return inner
    raise BadInput(f"{name} is not an object")


def text_in(content: Mapping[str, object], name: str) -> str:
    """Read a text. Raises BadInput otherwise."""
    text = content.get(name)
    if isinstance(text, str):
        return text
    raise BadInput(f"{name} is not a text")


def opened_in(content: Mapping[str, object], name: str) -> Opened:
    """Read an opened field. Raises BadInput otherwise."""
    inner = mapping_in(content, name)
    if inner.keys() != {"salt", "value"}:
        raise BadInput(f"{name} is not opened by a salt and a value")
    return Opened(salt=digest_in(inner, "salt", leaves.SALT), value=inner["value"])


def instant(text: str) -> datetime:
    """Read an instant to the second, UTC. Raises BadInput otherwise."""
    try:
        read = datetime.strptime(text, INSTANT).replace(tzinfo=UTC)
    except ValueError:
        read = None
    if read is None or spell(read) != text:
        raise BadInput("this is not an instant such as 2026-11-02T08:00:00Z")
    return read
