from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from levee.ledger.core.anchors import EPOCH
from levee.ledger.core.leaves import SALT
from levee.ledger.models import Pending
from levee.ledger.services.append import Leaf, append, checkpoint, locked
from levee.ledger.types import INTERNAL, LogName
from levee.platform.ports import ports
from levee.settings import settings

if TYPE_CHECKING:
    from uuid import UUID

    from levee.ledger.signing import Signer

BATCH = 10_000
LOOKS = 5
"""A transaction that ended during a look cannot be told from Levee's own and holds others back; a further look can."""
# Committed rows of transactions that are older than every running one of this database: no leaf can still turn up
# before them. What runs in the snapshot counts as this database's unless a session of another is seen to have it, so
# what ends between the snapshot and the look at the sessions holds others back until the next look. The sessions are
# looked at after the snapshot, never before: a number that a session took meanwhile is not in the snapshot and cannot
# mislead. Rows of transactions that this server has not counted to yet came with a restored backup.
_SETTLED = """
    with look as (
        select pg_snapshot_xmax(pg_current_snapshot()) as counted,
               coalesce(min(running), pg_snapshot_xmax(pg_current_snapshot())) as oldest
        from pg_snapshot_xip(pg_current_snapshot()) as running
        where not exists (
            select from pg_stat_activity where backend_xid = running::xid and datname <> current_database()
        )
    )
    select id, log_kind, log_key, fields, salts from ledger_pending, look
    where xid < oldest or xid >= counted
    order by xid, written, id limit %s
"""


def sequence(signer: Signer, *, limit: int = BATCH) -> int:
    """Give every settled act its position in its own log and in the internal one. Run as the role `ledger`.

    Args:
        signer: signs a checkpoint of every log that grew, but for the public and internal ones, which have their hours.
        limit: entries per transaction.

    Returns:
        How many entries were placed; 0 also when another sequencer is at work.
    """
    placed = short = 0
    while short < LOOKS:
        done = _batch(signer, limit)
        placed += done
        if done < limit:
            short += 1
            if not Pending.unscoped.exists():
                break
    return placed


def _batch(signer: Signer, limit: int) -> int:
    with transaction.atomic():
        if not locked(wait=False):
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_SETTLED, [limit])
            batch = [_leaf(*row) for row in cursor.fetchall()]
        if not batch:
            return 0
        logs = append(batch)
        step = timedelta(seconds=settings().tick_seconds)
        tick = EPOCH + (ports().clock.now() - EPOCH) // step * step
        for name, log in logs.items():
            if name.kind != "public" and name != INTERNAL:
                checkpoint(log, at=tick, signer=signer)
        with connection.cursor() as cursor:
            cursor.execute("delete from ledger_pending where id = any(%s)", [[leaf.id for leaf in batch]])
    return len(batch)


def _leaf(key: UUID, log_kind: str, log_key: UUID, spelled: str, salts: bytes) -> Leaf:
    fields = json.loads(spelled)
    told = bytes(salts)
    each = {name: told[at * SALT : (at + 1) * SALT] for at, name in enumerate(sorted(fields))}
    return Leaf(id=key, log=LogName(log_kind, log_key), fields=fields, salts=each)  # type: ignore[arg-type]  # recorded so
