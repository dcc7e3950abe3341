"""From what was found to hits that can be folded: the remedy, and the four inputs with their sources. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.exposure.folding import Remedy
from levee.exposure.matching import names
from levee.exposure.timelines import STRICTEST, Inputs, Signal
from levee.inventory.types import Exposure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from levee.exposure.matching import Found, Record
    from levee.exposure.timelines import Assumptions
    from levee.inventory.types import Asset

Told = dict[str, "Signal | None"]


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


def signals(records: Sequence[Record]) -> Mapping[str, Told]:
    """What is known of each vulnerability by all of its records: a yes outranks a no, and either outranks silence."""
    vulnerabilities = names(records)
    gathered: dict[str, Told] = {}
    for each in records:
        told = gathered.setdefault(vulnerabilities[each.id], {})
        for name, new in each.signals.items():
            old = told.setdefault(name, new)
            if new is not None and (old is None or (new.value, old.at) > (old.value, new.at)):
                told[name] = new
    return gathered


def inputs(told: Told, asset: Asset, *, detected_at: datetime, assumptions: Assumptions = STRICTEST) -> Inputs:
    """The four inputs for a vulnerability on an asset; what nobody says is assumed from its detection on."""
    exposed = None
    if asset.exposure is not Exposure.UNKNOWN:
        exposed = Signal(value=asset.exposure is Exposure.YES, source=asset.exposure_source, at=asset.exposure_at)
    return Inputs(
        kev=assumptions.signal("kev", told.get("kev"), since=detected_at),
        exposed=assumptions.signal("exposed", exposed, since=detected_at),
        automatable=assumptions.signal("automatable", told.get("automatable"), since=detected_at),
        total=assumptions.signal("total", told.get("total"), since=detected_at),
    )
