"""A file that is older than what is known: it adds what it names, takes nothing away, and so confirms no fix.

Whether somebody took the wrong file or went back to an old release cannot be told: so what it names counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Max

from levee.inventory.models import Asset, Finding, Import
from levee.inventory.types import NotUnderstood

if TYPE_CHECKING:
    from datetime import datetime

    from levee.inventory.models import Inventory
    from levee.inventory.types import Reading

OLDER = (
    "it was made on {made:%Y-%m-%d %H:%M}, and what is known here is of {known:%Y-%m-%d %H:%M} (UTC): it is taken as "
    "the older one. What it names is added to what is there; nothing is taken away by it, and no action is confirmed "
    "before a newer file shows it"
)


def dated(reading: Reading, inventory: Inventory | None, now: datetime) -> Reading:
    """A reading that says of itself whether what is known of the same is newer.

    Args:
        reading: a file; one that does not say when it was made is never older.
        inventory: that it is imported to, or None for a new one.
        now: a clock that is ahead makes nothing newer than this.
    """
    if reading.made_at is None:
        return reading
    made_at = min(reading.made_at, now)
    known = _newest(inventory, reading) if inventory else None
    if known is None or known <= made_at:
        return replace(reading, made_at=made_at)
    said = NotUnderstood(place="the whole file", stated=reading.format, reason=OLDER.format(made=made_at, known=known))
    return replace(reading, made_at=made_at, adds_only=True, remarks=(said, *reading.remarks))


def _newest(inventory: Inventory, reading: Reading) -> datetime | None:
    """As of when it is known what the file speaks of: a scan, of its hosts; any other file, of everything."""
    mine = {"organisation": inventory.organisation, "inventory": inventory.id}
    found: datetime | None
    if reading.partial:
        on = Asset.unscoped.filter(**mine, name__in={each.name for each in reading.assets}).values("id")
        looked = Finding.unscoped.filter(**mine, asset__in=on, source__in={each.source for each in reading.findings})
        found = looked.aggregate(at=Max("evidence_at"))["at"]
    else:
        found = Import.unscoped.filter(**mine).aggregate(at=Max("made_at"))["at"]
    return found
