"""How much harm can come of it: SSVC's human impact, from harm to people and what fails with the asset. Pure."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from levee.formats.signals import Signal

if TYPE_CHECKING:
    from collections.abc import Mapping


def human_impact(safety_impact: str, mission_impact: str) -> str:
    """SSVC's human impact (version 2.0.2), for answers of `levee.formats.signals.VALUES`."""
    return _rows()[safety_impact, mission_impact]


def with_human_impact(known: Mapping[str, Signal]) -> Mapping[str, Signal]:
    """Answers with the human impact added, where both of its causes are stated; it is known when both are."""
    safety, mission = known.get("safety_impact"), known.get("mission_impact")
    if safety is None or mission is None:
        return known
    later = max(safety, mission, key=lambda signal: signal.at)
    derived = Signal(
        value=human_impact(safety.value, mission.value),
        source=later.source,
        at=later.at,
        detail=f"from: safety {safety.value}, mission {mission.value}",
    )
    return {**known, "human_impact": derived}


@lru_cache(maxsize=1)
def _rows() -> Mapping[tuple[str, str], str]:
    file = resources.files("levee.exposure.priority") / "shipped" / "human_impact.csv"
    lines = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
    return {(line["safety_impact"], line["mission_impact"]): line["human_impact"] for line in lines}
