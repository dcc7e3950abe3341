"""Giving entries their place: in their own log and in the internal one, under the lock that only one writer holds."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from levee.kernel.hashing import canonical_json
from levee.ledger.core import leaves
from levee.ledger.core.merkle import DIGEST, Edge, Node
from levee.ledger.models import Checkpoint, Log
from levee.ledger.types import INTERNAL, LogName
from levee.platform.ports import ports

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from levee.ledger.signing import Signer

# A leaf, its log's row, its commitments, its hash, and its position and link in its own log and in the internal one.
_Placed = tuple["Leaf", UUID, dict[str, str], bytes, tuple[int, bytes], tuple[int, bytes]]
LOCK = 0x1ED6E5
KEPT = 8  # subtrees of 2**8 leaves and more are kept: one row for every 128 entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What is to be placed."""

    id: UUID
    log: LogName
    fields: Mapping[str, object]
    salts: Mapping[str, bytes]


@dataclass(slots=True)
class Growing:
    """A log while leaves are added to it."""

    row: Log
    name: LogName
    added: list[bytes] = field(default_factory=list)
    subtrees: list[tuple[Node, bytes]] = field(default_factory=list)

    def add(self, leaf: bytes) -> tuple[int, bytes]:
        """Place one leaf; gives its position and link."""
        position = self.row.size + len(self.added)
        self.row.link = leaves.chain(bytes(self.row.link), leaf)
        self.added.append(leaf)
        return position, self.row.link

    def close(self) -> None:
        """Grow the tree by what was added."""
        edge = edge_of(self.row).extend(self.added, self._keep)
        self.row.size, self.row.peaks = edge.size, b"".join(edge.peaks)

    def _keep(self, node: Node, root: bytes) -> None:
        if node.level >= KEPT:
            self.subtrees.append((node, root))


def locked(*, wait: bool) -> bool:
    """Take the writer's lock until the end of the transaction; without waiting, say whether it was free."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def edge_of(row: Log) -> Edge:
    """A log's tree."""
    peaks = bytes(row.peaks)
    return Edge(size=row.size, peaks=tuple(peaks[at : at + DIGEST] for at in range(0, len(peaks), DIGEST)))


def append(batch: Sequence[Leaf]) -> dict[LogName, Growing]:
    """Place leaves in order; the lock is held.

    Returns:
        The logs that grew, the internal one among them, with their new trees.
    """
    logs = open_logs({each.log for each in batch})
    internal = logs[INTERNAL]
    placed: list[_Placed] = []
    for each in batch:
        committed = leaves.commitments(each.fields, each.salts)
        leaf = leaves.leaf_of(committed)
        own = logs[each.log]
        placed.append((each, own.row.id, committed, leaf, own.add(leaf), internal.add(leaf)))
    for growing in logs.values():
        growing.close()
    _insert_all(placed, logs.values())
    Log.unscoped.bulk_update([log.row for log in logs.values()], ["size", "peaks", "link"], batch_size=500)
    return logs


def open_logs(names: Iterable[LogName]) -> dict[LogName, Growing]:
    """The logs of these names and the internal one, made where they are new."""
    wanted = {INTERNAL, *names}
    found = {
        LogName(row.kind, row.key): row  # type: ignore[arg-type]  # the column holds nothing else
        for row in Log.unscoped.filter(key__in={name.key for name in wanted})
    }
    fresh = [
        Log(id=ports().ids.new(), kind=name.kind, key=name.key, link=leaves.chain_start(str(name)))
        for name in sorted(wanted - found.keys())
    ]
    Log.unscoped.bulk_create(fresh)
    found |= {LogName(row.kind, row.key): row for row in fresh}  # type: ignore[arg-type]  # the same
    return {name: Growing(row=found[name], name=name) for name in wanted}


def checkpoint(log: Growing, *, at: datetime, signer: Signer) -> str:
    """Sign what a log is now; `at` is an instant that its readers may know."""
    note = signer.sign(log.name, size=log.row.size, root=edge_of(log.row).root(), at=at)
    Checkpoint.unscoped.bulk_create(
        [Checkpoint(id=ports().ids.new(), log=log.row.id, size=log.row.size, at=at, note=note)]
    )
    return note


def _insert_all(placed: Sequence[_Placed], logs: Iterable[Growing]) -> None:
    _insert(
        "ledger_entry (id, log, position, commitments, leaf, link)",
        "a::uuid, b::uuid, c::bigint, d::jsonb, decode(e, 'hex'), decode(f, 'hex')",
        [(each.id, log, own[0], _text(committed), leaf, own[1]) for each, log, committed, leaf, own, _ in placed],
    )
    _insert(
        "ledger_opening (entry, log, fields)",
        "a::uuid, b::uuid, c",
        [(each.id, log, _spelled(each)) for each, log, *_ in placed],
    )
    _insert(
        "ledger_internal (position, entry, leaf, link)",
        "a::bigint, b::uuid, decode(c, 'hex'), decode(d, 'hex')",
        [(across[0], each.id, leaf, across[1]) for each, _, _, leaf, _, across in placed],
    )
    _insert(
        "ledger_subtree (log, level, place, root)",
        "a::uuid, b::smallint, c::bigint, decode(d, 'hex')",
        [(log.row.id, node.level, node.place, root) for log in logs for node, root in log.subtrees],
    )


def _insert(into: str, cells: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert many rows from one JSON text: a fifth of the time of a parameter for each cell or column."""
    spelled = [
        {name: cell.hex() if isinstance(cell, bytes) else str(cell) for name, cell in zip("abcdef", row, strict=False)}
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {into} select {cells} "  # noqa: S608 - names of this file
            "from json_to_recordset(%s::json) as given (a text, b text, c text, d text, e text, f text)",
            [json.dumps(spelled)],
        )


def _text(value: object) -> str:
    return canonical_json(value).decode()


def _spelled(leaf: Leaf) -> str:
    return _text({name: {"salt": leaf.salts[name].hex(), "value": value} for name, value in leaf.fields.items()})
