"""Rows read back into entries, trees and export lines; whoever calls has settled what may be seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import connection

from levee.ledger.core import exports
from levee.ledger.core.anchors import Opening as HourOpening
from levee.ledger.core.checkpoints import VerifierKey
from levee.ledger.core.exports import Opened, Sealed
from levee.ledger.core.merkle import Node, root_of
from levee.ledger.models import Anchor, Checkpoint, Entry, Internal, Key, Log, Opening, Subtree
from levee.ledger.types import INTERNAL, PUBLIC, LogName
from levee.ledger.types import Entry as EntryType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

_CHUNK = 2_000


def log_row(name: LogName) -> Log | None:
    """The row of a log, if it has entries and the reader sees it."""
    return Log.unscoped.filter(kind=name.kind, key=name.key).first()


def verifier_key() -> VerifierKey | None:
    """The key that checkpoints are signed with; None before the first one."""
    known = Key.unscoped.order_by("since").last()
    return VerifierKey.parse(known.text) if known else None


def sealed_entries(row: Log, name: LogName, *, start: int = 0, end: int | None = None) -> Iterator[EntryType]:
    """Entries of one log in order, opened as far as the reader's openings go."""
    last = row.size if end is None else end
    for first in range(start, last, _CHUNK):
        upto = min(first + _CHUNK, last)
        rows = list(Entry.unscoped.filter(log=row.id, position__gte=first, position__lt=upto).order_by("position"))
        opened = _openings([each.id for each in rows])
        for each in rows:
            sealed = Sealed(
                position=each.position,
                commitments=each.commitments,
                opened=opened.get(each.id, {}),
                leaf=bytes(each.leaf),
                link=bytes(each.link),
            )
            yield EntryType(id=each.id, log=name, sealed=sealed)


def internal_entries(end: int) -> Iterator[Sealed]:
    """The internal log in order: commitments only, but for what is public anyway."""
    public = log_row(PUBLIC)
    for first in range(0, end, _CHUNK):
        placed = list(
            Internal.unscoped.filter(position__gte=first, position__lt=min(first + _CHUNK, end)).order_by("position")
        )
        rows = Entry.unscoped.in_bulk([each.entry for each in placed])
        opened = _openings([key for key, row in rows.items() if public is not None and row.log == public.id])
        for each in placed:
            row = rows.get(each.entry)  # one that was removed is shown without commitments, and so is found missing
            yield Sealed(
                position=each.position,
                commitments=row.commitments if row else {},
                opened=opened.get(each.entry, {}),
                leaf=bytes(each.leaf),
                link=bytes(each.link),
            )


def subroot(row: Log, node: Node) -> bytes:
    """The root of a perfect subtree of a stored log: one row, or the up to 128 leaves of a small one."""
    kept = Subtree.unscoped.filter(log=row.id, level=node.level, place=node.place).values_list("root", flat=True)
    if (root := kept.first()) is not None:
        return bytes(root)
    span = {"position__gte": node.place << node.level, "position__lt": (node.place + 1) << node.level}
    return root_of(leaf_hashes(row, **span))


def leaf_hashes(row: Log, **span: int) -> Iterator[bytes]:
    """The leaf hashes of a stored log in order, or of a span of positions (a filter on `position`)."""
    if row.kind == INTERNAL.kind:
        for each in Internal.unscoped.filter(**span).order_by("position").only("leaf").iterator():
            yield bytes(each.leaf)
    else:
        for entry in Entry.unscoped.filter(log=row.id, **span).order_by("position").only("leaf").iterator():
            yield bytes(entry.leaf)


def published_lines() -> Iterator[bytes]:
    """The lines of the public log as they were published."""
    with connection.cursor() as cursor:
        cursor.execute("select line from published.ledger_line order by number")
        while rows := cursor.fetchmany(1_000):
            yield from (line.encode() for (line,) in rows)


def export_lines(name: LogName, *, open_end: bool = False) -> Iterator[bytes]:
    """A log up to its last checkpoint (or beyond it), as lines of an export; nothing for a log that has none yet."""
    row, key = log_row(name), verifier_key()
    if row is None or key is None:
        return
    notes = list(Checkpoint.unscoped.filter(log=row.id).order_by("size", "at").values_list("note", "size"))
    if not notes and not open_end:
        return
    end = row.size if open_end else notes[-1][1]
    if name == INTERNAL:
        entries = internal_entries(end)
        openings = [
            HourOpening(hour=each.hour, nonce=bytes(each.nonce), size=each.size, root=bytes(each.root))
            for each in Anchor.unscoped.order_by("hour")
        ]
    else:
        entries = (entry.sealed for entry in sealed_entries(row, name, end=end))
        openings = []
    yield from exports.export(str(name), key, entries, (note for note, _ in notes), openings)


def _openings(entries: list[UUID]) -> dict[UUID, dict[str, Opened]]:
    rows = Opening.unscoped.filter(entry__in=entries).values_list("entry", "fields")
    return {
        entry: {
            name: Opened(salt=bytes.fromhex(told["salt"]), value=told["value"])
            for name, told in json.loads(fields).items()
        }
        for entry, fields in rows
    }
