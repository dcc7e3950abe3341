"""The machines of a case: what there is comes from the tables, where it stands is said here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from levee.cases.rules.embargo import CONSENT, EMBARGO, Consent, Embargo
from levee.cases.rules.facts import every_state
from levee.cases.rules.reports import REPORT, Report
from tools.pictures.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from levee.cases.rules.machines import Machine

_REPORT = {
    Report.START: (70, 120), Report.RECEIVED: (250, 120), Report.VALID: (440, 60), Report.INVALID: (440, 210),
    Report.ACCEPTED: (660, 40), Report.DEFERRED: (660, 150), Report.CLOSED: (860, 120),
}  # fmt: skip
_EMBARGO = {
    Embargo.NONE: (70, 80), Embargo.PROPOSED: (290, 80), Embargo.ACTIVE: (510, 80), Embargo.REVISE: (760, 80),
    Embargo.EXITED: (635, 210),
}  # fmt: skip
_CONSENT = {
    Consent.NO_EMBARGO: (90, 220), Consent.INVITED: (380, 60), Consent.SIGNATORY: (760, 60),
    Consent.LAPSED: (760, 380), Consent.DECLINED: (380, 380),
}  # fmt: skip
_COLUMN, _ROW = 150, 62


def pictures() -> Mapping[str, Graph]:
    """Every picture, by the name of its file."""
    return {
        "report": _of_machine(REPORT, _REPORT),
        "embargo": _of_machine(EMBARGO, _EMBARGO),
        "consent": _of_machine(CONSENT, _CONSENT),
        "facts": _of_facts(),
    }


def _of_machine(machine: Machine[Any, Any], places: Mapping[StrEnum, tuple[int, int]]) -> Graph:
    ends = {} if len(machine.ends) == len(places) else {_name(each): "end" for each in machine.ends}
    return Graph(
        title=f"{machine.name}: what can happen to {machine.of}",
        places={_name(state): place for state, place in places.items()},
        marks={**ends, _name(machine.start): "start"},
        arrows=[(_name(before), _name(verb), _name(after)) for (before, verb), after in machine.steps.items()],
    )


def _of_facts() -> Graph:
    """One row for each step of the vendor's fix, one column for each combination in the world."""
    states = every_state()
    worlds = sorted({str(each)[3:] for each in states}, key=lambda each: (sum(map(str.isupper, each)), each.swapcase()))
    fixes = sorted({str(each)[:3] for each in states}, key=lambda each: sum(map(str.isupper, each)))
    return Graph(
        title="CS: what has happened; in the marked states only one thing can come next",
        places={
            f"{fix}{world}": (70 + column * _COLUMN, 40 + (row * 8 + column) * _ROW // 5 + row * 40)
            for row, fix in enumerate(fixes)
            for column, world in enumerate(worlds)
        },
        marks={str(each): "brief" for each in states if each.forced} | {"vfdpxa": "start", "VFDPXA": "end"},
        arrows=[(str(each), "", str(each.after(event))) for each in states for event in each.legal],
    )


def _name(word: StrEnum) -> str:
    return word.value.replace("_", " ")
