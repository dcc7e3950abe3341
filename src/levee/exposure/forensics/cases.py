"""Forensic cases as the matches ask for them: opened by themselves, kept up to date, never closed by a patch."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from levee.exposure import scopes
from levee.exposure.events import ForensicsBegun
from levee.exposure.forensics.clocks import CHECKLIST
from levee.exposure.models import ForensicCase, Match
from levee.ledger.services import record
from levee.platform.jobs import enqueue
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from uuid import UUID

    from levee.exposure.actions.reconcile import Standing
    from levee.platform.database.acting import Act

CLOCKS = "exposure.clocks"
A_MOMENT = timedelta(seconds=2)


def keep_cases(act: Act, standing: Iterable[Standing], ended: Collection[str]) -> None:
    """Open the cases that the present matches ask for, and note what was patched.

    Args:
        act: a run for the operator.
        standing: the present matches of the packages at hand.
        ended: vulnerabilities of which a match ended just now.
    """
    asking: dict[str, list[Standing]] = defaultdict(list)
    for each in standing:
        listed = each.hit.timeline.inputs.get("kev")
        # An assumed listing has no date that clocks could run from: it asks for care, and for no case.
        if each.hit.timeline.band.forensics and listed is not None and listed.stated:
            asking[each.hit.vulnerability].append(each)
    if not asking and not ended:
        return
    known = {
        row.vulnerability: row
        for row in ForensicCase.unscoped.filter(scopes.visible(act.actor), vulnerability__in={*asking, *ended})
    }
    begun = []
    for vulnerability, found in asking.items():
        names = {each.found.component.asset.name for each in found}
        row = known.get(vulnerability)
        if row is None:
            begun.append(_open(act, vulnerability, found, sorted(names)))
        elif not names <= set(row.assets) and not row.verdict:
            ForensicCase.unscoped.filter(organisation=row.organisation, id=row.id).update(
                assets=sorted(names | set(row.assets))
            )
    if begun:
        act.announce(ForensicsBegun(subject=act.actor.party, cases=tuple(begun)))
    _note_patches(act, [row for name, row in known.items() if name in ended and row.patched_at is None])


def _open(act: Act, vulnerability: str, found: Sequence[Standing], names: list[str]) -> UUID:
    first = min(found, key=lambda each: each.detected_at)
    listed = first.hit.timeline.inputs["kev"]
    row = ForensicCase(
        id=act.new_id(),
        organisation=act.actor.party,
        vulnerability=vulnerability,
        assets=names,
        row=first.hit.timeline.decided_by,
        listed_at=listed.at,
        listed_by=listed.source,
        # Nobody can look into what nobody could know of: a later detection starts the clocks later.
        started_at=max(listed.at, first.detected_at),
        opened_at=act.now,
    )
    ForensicCase.unscoped.bulk_create([row])
    for asked in CHECKLIST.values():
        due_in = row.started_at + timedelta(hours=asked.hours) - act.now
        enqueue(
            act, CLOCKS, subject=row.organisation, party=row.organisation, delay=max(due_in, timedelta()) + A_MOMENT
        )
    record(
        act,
        log=("organisation", act.actor.party),
        verb=Action.EXPOSURE_RECORD,
        subject=row.id,
        fields={"forensic_case": vulnerability},
    )
    return row.id


def _note_patches(act: Act, rows: Iterable[ForensicCase]) -> None:
    """A case whose flaw is nowhere any more is patched; it stays open until its verdict."""
    for row in rows:
        mine = Match.unscoped.filter(scopes.visible(act.actor), vulnerability=row.vulnerability, ended_at=None)
        if not mine.exists():
            ForensicCase.unscoped.filter(organisation=row.organisation, id=row.id).update(patched_at=act.now)
