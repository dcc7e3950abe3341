from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from levee.ledger.core import exports
from levee.ledger.core.anchors import Opening, hours_due
from levee.ledger.models import Anchor, Checkpoint
from levee.ledger.reading import sealed_entries
from levee.ledger.services.append import Leaf, append, checkpoint, edge_of, locked, open_logs
from levee.ledger.types import INTERNAL, PUBLIC
from levee.platform.ports import ports

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from levee.ledger.signing import Signer


AT_ONCE = 48  # hours per transaction, so that a house that slept for long does not hold the lock for long


def commit_hour(now: datetime, signer: Signer) -> int:
    """Commit in public, once for every hour up to now, to the internal log as it stands. Run as the role `ledger`.

    Args:
        now: the instant; hours missed since the last commitment are filled.
        signer: signs one checkpoint of the public and one of the internal log per hour.

    Returns:
        How many hours were committed to; 0 when this hour has its commitment.
    """
    done = 0
    while True:
        with transaction.atomic():
            locked(wait=True)
            due = hours_due(Anchor.unscoped.order_by("hour").values_list("hour", flat=True).last(), now)
            for hour in due[:AT_ONCE]:
                _commit(hour, signer)
        done += len(due[:AT_ONCE])
        if len(due) <= AT_ONCE:
            return done


def _commit(hour: datetime, signer: Signer) -> None:
    before = open_logs([PUBLIC])
    edge = edge_of(before[INTERNAL].row)
    nonce = ports().ids.new().bytes + ports().ids.new().bytes
    opening = Opening(hour=hour, nonce=nonce, size=edge.size, root=edge.root())
    Anchor.unscoped.bulk_create([Anchor(hour=hour, nonce=nonce, size=edge.size, root=opening.root)])
    fields = opening.fields()
    salts = {name: ports().ids.new().bytes for name in fields}
    published = (
        Checkpoint.unscoped.filter(log=before[PUBLIC].row.id).order_by("size").values_list("size", flat=True).last()
        or 0
    )
    logs = append([Leaf(id=ports().ids.new(), log=PUBLIC, fields=fields, salts=salts)])
    checkpoint(logs[INTERNAL], at=hour, signer=signer)
    fresh = sealed_entries(logs[PUBLIC].row, PUBLIC, start=published)
    lines = [] if published else [exports.log_line(str(PUBLIC), signer.key)]
    lines += [exports.entry_line(entry.sealed) for entry in fresh]
    lines.append(exports.checkpoint_line(checkpoint(logs[PUBLIC], at=hour, signer=signer)))
    _publish(lines)


def _publish(lines: Sequence[bytes]) -> None:
    """Add the hour's lines where the public reads them: what was published since, the commitment, the checkpoint."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into published.ledger_line (number, line) select coalesce(max(number), 0) + 1, %s "
            "from published.ledger_line",
            [(line.decode(),) for line in lines],
        )
