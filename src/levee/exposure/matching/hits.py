"""From what was found to hits that can be folded: the remedy, and the answers with their sources. Pure."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from levee.exposure.actions.folding import Hit, Remedy
from levee.exposure.matching.engine import names
from levee.exposure.priority.lifecycle import lifecycle
from levee.exposure.priority.timelines import timeline
from levee.formats.signals import NOTHING_KNOWN, Signal, Signals
from levee.inventory.types import SUPPORT, AssetType, Criticality, Exposure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.matching.engine import Found, Record
    from levee.exposure.priority.regimes import Regime
    from levee.exposure.priority.timelines import Timeline
    from levee.inventory.types import Asset

PLANTS = frozenset({AssetType.OT, AssetType.MEDICAL})
_HARM = {Criticality.LOW: "low", Criticality.MEDIUM: "medium", Criticality.HIGH: "very high"}


def remedy(found: Found) -> Remedy:
    """What is to be changed about a component, and by whom."""
    return Remedy(
        owner=found.component.asset.owner,
        owner_name=found.component.asset.owner_name,
        ecosystem=found.component.ecosystem,
        package=found.component.name,
        version=found.fix,
        certain=found.certain,
    )


def signals(records: Sequence[Record]) -> Mapping[str, Signals]:
    """What is known of each vulnerability by all of its records together."""
    vulnerabilities = names(records)
    gathered: dict[str, Signals] = {}
    for each in records:
        name = vulnerabilities[each.id]
        gathered[name] = gathered.get(name, NOTHING_KNOWN).joined(each.signals)
    return gathered


def hit(
    found: Found,
    told: Signals,
    regime: Regime,
    *,
    match: UUID,
    detected_at: datetime,
    now: datetime,
    before: Timeline | None = None,
) -> Hit:
    """One match with its remedy, its due date and all that they rest on.

    Args:
        found: the match.
        told: what is publicly known of its vulnerability.
        regime: the tables and assumptions in force.
        match: its key.
        detected_at: when the flaw was first seen on the asset.
        now: the present instant.
        before: the timeline that it had until now.
    """
    asset = found.component.asset
    if found.component.ecosystem == SUPPORT:
        ends = date.fromisoformat(found.explanation.end) if found.explanation.end else None
        due = lifecycle(asset, ends, source=found.explanation.record, seen_at=detected_at)
    else:
        table = regime.table_for(plant=asset.type in PLANTS)
        inputs = regime.inputs(table, {**told.known(), **facts(asset, since=detected_at)}, since=detected_at)
        due = timeline(table, inputs, detected_at=detected_at, now=now, before=before)
    return Hit(
        match=match,
        asset=asset.id,
        vulnerability=found.vulnerability,
        remedy=remedy(found),
        timeline=due,
        signals=told,
        criticality=asset.criticality,
    )


def facts(asset: Asset, *, since: datetime) -> Mapping[str, Signal]:
    """What is stated of an asset, as answers to the questions of the tables.

    An asset that the internet does not reach is on a controlled network until somebody says that it is on a small one,
    and harm to people follows how much depends on it.
    """
    stated: dict[str, Signal] = {}
    if asset.exposure is not Exposure.UNKNOWN:
        reached = asset.exposure is Exposure.YES
        said = partial(Signal, source=asset.exposure_source, at=asset.exposure_at)
        stated["exposed"] = said(value="yes" if reached else "no")
        stated["system_exposure"] = said(
            value="open" if reached else "controlled", detail="from: reachable from the internet"
        )
    if asset.criticality is not Criticality.UNKNOWN:
        said = partial(Signal, source="inventory", at=since)
        stated["criticality"] = said(value=asset.criticality.value)
        stated["human_impact"] = said(value=_HARM[asset.criticality], detail="from: criticality")
    return stated
