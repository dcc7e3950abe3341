"""Counts and times of every step, from what the reader may see: nothing here counts a hidden row."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from statistics import median
from typing import TYPE_CHECKING

from levee.advisories import selectors as advisories
from levee.cases import selectors as cases
from levee.clustering import selectors as clusters
from levee.findings import selectors as findings
from levee.fixes import selectors as fixes
from levee.fixes.types import FixState
from levee.formats.tables import as_text_cell
from levee.measures.spans import coordination_of
from levee.measures.types import Coordination, Figures, Line, Time
from levee.platform.database.acting import acting
from levee.validation import selectors as validation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta
    from uuid import UUID

    from levee.advisories.types import Advisory
    from levee.cases.types import Case
    from levee.findings.types import Finding
    from levee.fixes.types import Fix
    from levee.policy.actors import Actor
    from levee.validation.types import Verdict

NEWEST = 2000


def figures(actor: Actor) -> Figures:
    """Work the figures out over the newest 2,000 findings and cases that the actor may see."""
    with acting(actor):  # one transaction, so that the figures fit each other
        found = findings.listed(actor, limit=NEWEST)
        verdicts = validation.verdicts(actor, [each.id for each in found])
        own_cases = cases.listed(actor, limit=NEWEST)
        candidates = [fix for case in own_cases for fix in fixes.of_case(actor, case.id)]
        published = [each for case in own_cases if (each := advisories.of_case(actor, case.id))]
        grouped = clusters.count(actor)
    settled = [each for each in verdicts.values() if each.settled]
    verified = [fix for fix in candidates if fix.state is FixState.VERIFIED]
    return Figures(
        steps=(
            ("Findings", len(found)),
            ("Confirmed or accepted", len(settled)),
            ("Clusters", grouped),
            ("Cases", len(own_cases)),
            ("Cases with a verified fix", len({fix.case for fix in verified})),
            ("Published", sum(each.published_at is not None for each in published)),
        ),
        results=_results(verdicts.values()),
        times=tuple(_times(found, verdicts, own_cases, verified, published)),
    )


def coordination(actor: Actor) -> Coordination:
    """How the newest 2,000 cases went that the actor takes part in, each vendor to itself and to the case's owner."""
    with acting(actor):
        return coordination_of(cases.paces(actor, limit=NEWEST))


def coordination_csv(actor: Actor) -> bytes:
    """The same, as comma-separated values: one line for each vendor in each case, times in hours."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(each.name for each in fields(Line))
    for line in coordination(actor).lines:
        told = (getattr(line, each.name) for each in fields(Line))
        writer.writerow("" if value is None else as_text_cell(str(value)) for value in told)
    return out.getvalue().encode()


def _results(verdicts: Iterable[Verdict]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for verdict in verdicts:
        counts[verdict.result.replace("_", " ")] = counts.get(verdict.result.replace("_", " "), 0) + 1
    return tuple(sorted(counts.items(), key=lambda item: -item[1]))


def _times(
    found: Iterable[Finding],
    verdicts: Mapping[UUID, Verdict],
    own_cases: Iterable[Case],
    verified: Iterable[Fix],
    published: Iterable[Advisory],
) -> Iterable[Time]:
    opened = {case.id: case.opened_at for case in own_cases}
    spans: dict[str, list[timedelta]] = {
        "from finding to verdict": [verdicts[each.id].at - each.received_at for each in found if each.id in verdicts],
        "from case to verified fix": [
            fix.checked_at - opened[fix.case] for fix in verified if fix.checked_at and fix.case in opened
        ],
        "from case to publication": [
            each.published_at - opened[each.case] for each in published if each.published_at and each.case in opened
        ],
    }
    for step, took in spans.items():
        if took:
            yield Time(step, round(median(each.total_seconds() for each in took) / 3600, 1), len(took))
