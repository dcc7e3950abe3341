"""Which table an organisation's dates follow, and what is assumed where nobody says. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from levee.exposure.priority.harm import with_human_impact
from levee.exposure.priority.shipped import BOD_26_04, DEPLOYER, shipped
from levee.formats.signals import VALUES, Signal, read_answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from levee.exposure.priority.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A published reading of what to assume where SSVC's answers are missing."""

    title: str
    assumed: Mapping[str, str]


PRESETS: Mapping[str, Preset] = {
    "strictest": Preset(title="The gravest answer to every question", assumed={}),
    "sixty-days": Preset(
        title="Missing SSVC data gives 60 days; an unknown exposure counts as exposed",
        assumed={"exposed": "yes", "automatable": "no", "technical_impact": "partial"},
    ),
    "by-hand-and-total": Preset(
        title="An attack takes a person and gives total control: 14 days where exposed, else the next upgrade",
        assumed={"automatable": "no", "technical_impact": "total"},
    ),
    "automatable": Preset(
        title="An attack runs by itself, as FedRAMP leans to; of its impact nothing is said, so it is total",
        assumed={"automatable": "yes"},
    ),
}
"""The published readings differ and none is confirmed, so each is a choice, and none but the strictest a default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an organisation chose; every part of it may be changed at any time.

    Attributes:
        table: key of the table for its computers. plant_table: for plants, devices and medical equipment.
        assumed: question to the answer that stands in where nobody gives one; the gravest where nothing is chosen.
        active_as_kev: whether a flaw that SSVC calls actively exploited counts as listed in KEV.
    """

    table: str = BOD_26_04
    plant_table: str = DEPLOYER
    assumed: Mapping[str, str] = field(default_factory=dict)
    active_as_kev: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """The tables and assumptions in force for one organisation.

    Attributes:
        table: for computers. plant_table: for plants, devices and medical equipment.
    """

    table: Table
    plant_table: Table
    assumed: Mapping[str, str] = field(default_factory=dict)
    active_as_kev: bool = True

    def table_for(self, *, plant: bool) -> Table:
        """The table for an asset."""
        return self.plant_table if plant else self.table

    def assumption(self, name: str) -> str:
        """What stands in for an answer that nobody gives; the gravest by default."""
        return self.assumed.get(name, VALUES[name][-1])

    def inputs(self, table: Table, known: Mapping[str, Signal], *, since: datetime) -> dict[str, Signal]:
        """The answers to a table's questions.

        Args:
            table: one of the two.
            known: what somebody says, of the vulnerability and of the asset.
            since: from when on an assumption counts as known: the detection.
        """
        known = with_human_impact(known)
        found = {name: known.get(name) or self._assumed(name, since) for name in table.inputs}
        active = known.get("exploitation")
        if self.active_as_kev and "kev" in found and not found["kev"].stated and active and active.value == "active":
            found["kev"] = Signal(value="yes", source=f"actively exploited, says {active.source}", at=active.at)
        return found

    def _assumed(self, name: str, since: datetime) -> Signal:
        return Signal(value=self.assumption(name), source="assumed: nobody said", at=since, assumed=True)


def regime(kind: str, choice: Choice, tables: Mapping[str, Table]) -> Regime:
    """What is in force for an organisation.

    Args:
        kind: of the organisation; a table that binds it is in force for all of its assets, whatever it chose.
        choice: what it chose.
        tables: every table that it may choose, by key; a table that is no longer there gives way to the default.
    """
    binding = next((table for table in tables.values() if kind in table.binds), None)
    return Regime(
        table=binding or tables.get(choice.table) or shipped()[BOD_26_04],
        plant_table=binding or tables.get(choice.plant_table) or shipped()[DEPLOYER],
        assumed=choice.assumed,
        active_as_kev=choice.active_as_kev,
    )


def read_assumed(given: Mapping[str, str]) -> dict[str, str]:
    """Assumptions as a form or a file states them; an empty one stands for the gravest.

    Raises:
        BadInput: a question or an answer is not known.
    """
    unknown = [name for name in given if name not in VALUES]
    if unknown:
        read_answer("kev", "", place=unknown[0])
    return {name: read_answer(name, value, place=name) for name, value in given.items() if value.strip()}


def default_regime() -> Regime:
    """The regime of whoever chose nothing and is bound by nothing."""
    return regime("", Choice(), shipped())
