"""Findings of scanners as they are kept: what an import adds, confirms and ends."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from levee.inventory import types
from levee.inventory.models import Finding
from levee.inventory.subjects import subject
from levee.platform.database.rewriting import rewrite

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from levee.inventory.models import Inventory
    from levee.platform.database.acting import Act

BATCH = 2000
SAID_ANEW = (
    "place", "title", "severity", "fixed", "solution", "settled", "subject_ecosystem", "subject", "subject_version",
    "support_ends", "evidence_at",
)  # fmt: skip


class Change:
    """What a file changes among the findings of an inventory.

    Args:
        present: the rows that stand until now.
        reading: the file.
        names: of the inventory's assets by key.
    """

    def __init__(self, present: Iterable[Finding], reading: types.Reading, names: Mapping[UUID, str]) -> None:
        stated = {_digest(each): each for each in reading.findings}
        looked_at = {asset.name for asset in reading.assets}
        known = {bytes(row.identity): row for row in present}
        self.fresh = [(key, each) for key, each in stated.items() if key not in known]
        self.kept = [(known[key], each) for key, each in stated.items() if key in known]
        unstated = [row for key, row in known.items() if key not in stated]
        self.ended = [row for row in unstated if row.source in reading.scanners and names[row.asset] in looked_at]
        if not reading.partial:
            silent = not any(each.source == types.INVENTORY for each in reading.findings)
            listed = {(each.asset, each.stated) for each in reading.components}
            theirs = [row for row in unstated if row.source == types.INVENTORY]
            self.ended += [
                row for row in theirs if not (silent and _is_there(row, names[row.asset], looked_at, listed))
            ]

    def write(self, act: Act, inventory: Inventory, assets: Mapping[str, UUID]) -> None:
        """Add what is new, note that the rest was seen again, and end what was looked for and no longer found."""
        fresh = [_row(act, inventory, key, each, assets[each.asset]) for key, each in self.fresh]
        Finding.unscoped.bulk_create(fresh, batch_size=BATCH)
        for row, each in self.kept:
            _say_anew(row, each, act.now)
        rewrite([row for row, _ in self.kept], SAID_ANEW)
        ended = [row.id for row in self.ended]
        for start in range(0, len(ended), BATCH):
            Finding.unscoped.filter(organisation=inventory.organisation, id__in=ended[start : start + BATCH]).update(
                gone_at=act.now
            )


def kept(row: Finding, on: types.Asset) -> types.Finding:
    """What is handed out of a finding's row."""
    return types.Finding(
        id=row.id,
        asset=on,
        source=row.source,
        rule=row.rule,
        vulnerabilities=tuple(row.vulnerabilities),
        title=row.title,
        severity=row.severity,
        stated=row.stated,
        purl=row.purl,
        ecosystem=row.ecosystem,
        name=row.name,
        version=row.version,
        fixed=row.fixed,
        where=row.location,
        solution=row.solution,
        settled=row.settled,
        place=row.place,
        subject=types.Subject(row.subject_ecosystem, row.subject, row.subject_version),
        since=row.since,
        evidence_at=row.evidence_at,
        support_ends=row.support_ends,
    )


def _is_there(row: Finding, asset: str, assets: Collection[str], components: Collection[tuple[str, str]]) -> bool:
    """Whether an inventory still lists what an earlier one said something about; silence then takes nothing back."""
    return (asset, row.stated) in components if row.name else asset in assets


def _digest(stated: types.StatedFinding) -> bytes:
    return hashlib.sha256("\x1f".join(stated.identity).encode("utf-8", "surrogatepass")).digest()


def _row(act: Act, inventory: Inventory, key: bytes, stated: types.StatedFinding, asset: UUID) -> Finding:
    seen_at = _seen_at(stated, act.now)
    row = Finding(
        id=act.new_id(),
        organisation=inventory.organisation,
        inventory=inventory.id,
        asset=asset,
        identity=key,
        source=stated.source,
        rule=stated.rule,
        vulnerabilities=list(stated.vulnerabilities),
        stated=stated.stated,
        purl=stated.purl,
        ecosystem=stated.ecosystem,
        name=stated.name,
        version=stated.version,
        location=stated.where,
        since=seen_at,
        evidence_at=seen_at,
    )
    return _say_anew(row, stated, act.now)


def _say_anew(row: Finding, stated: types.StatedFinding, now: datetime) -> Finding:
    """What may differ each time a scanner says the same thing."""
    about = subject(stated)
    row.place, row.title, row.severity, row.fixed = stated.place, stated.title, stated.severity, stated.fixed
    row.support_ends = stated.support_ends
    row.solution, row.settled = stated.solution, stated.settled
    row.subject_ecosystem, row.subject, row.subject_version = about
    row.evidence_at = max(row.evidence_at, _seen_at(stated, now))
    return row


def _seen_at(stated: types.StatedFinding, now: datetime) -> datetime:
    """When the scanner looked; a clock that is ahead dates nothing into the future."""
    return min(stated.seen_at or now, now)
