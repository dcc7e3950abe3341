"""What is handed out of exceptions, forensic cases and policies, in an act that has begun."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from levee.exposure import scopes, types
from levee.exposure.actions import wording
from levee.exposure.exceptions.states import RUNNING, LeaveState
from levee.exposure.forensics import clocks as forensics
from levee.exposure.forensics.clocks import CaseStep, Verdict
from levee.exposure.models import ForensicCase, ForensicEntry, Leave, Todo
from levee.exposure.regime import in_force
from levee.exposure.rows import remedy
from levee.identity import selectors as identity
from levee.kernel.errors import LeveeError
from levee.policy.actors import PrincipalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

SOMEBODY = "somebody who has left"


def exemptions(act: Act, rows: Iterable[Leave]) -> tuple[types.Exemption, ...]:
    """Exceptions, with the names of people and actions."""
    found = list(rows)
    names = people(act.actor)
    todos = Todo.unscoped.filter(scopes.visible(act.actor), id__in={row.action for row in found}).in_bulk()
    return tuple(
        types.Exemption(
            id=row.id,
            action=row.action,
            action_title=wording.title(remedy(todos[row.action])),
            state=LeaveState(row.state),
            reason=row.reason,
            mitigation=row.mitigation,
            responsible=row.responsible,
            until=row.until,
            requested_by=names.get(row.requested_by, SOMEBODY),
            requested_at=row.requested_at,
            decided_by=names.get(row.decided_by, SOMEBODY) if row.decided_by else "",
            decided_at=row.decided_at,
            note=row.note,
            running=LeaveState(row.state) in RUNNING and row.until > act.now,
        )
        for row in found
    )


def cases(act: Act, rows: Iterable[ForensicCase]) -> tuple[types.ForensicCase, ...]:
    """Forensic cases with their clocks and entries."""
    found = list(rows)
    names = people(act.actor)
    entries: dict[UUID, list[ForensicEntry]] = defaultdict(list)
    mine = ForensicEntry.unscoped.filter(scopes.visible(act.actor), case__in=[row.id for row in found])
    for entry in mine.order_by("at", "id"):
        entries[entry.case].append(entry)
    return tuple(_case(row, entries[row.id], names, act.now) for row in found)


def policy(actor: Actor) -> types.PolicyInForce:
    """What the organisation's dates follow from."""
    found = in_force(actor)
    regime = found.regime
    return types.PolicyInForce(
        choice=found.choice,
        table=regime.table,
        plant_table=regime.plant_table,
        bound=found.kind in regime.table.binds,
        tables=tuple(found.tables.values()),
    )


def _case(
    row: ForensicCase, entries: Sequence[ForensicEntry], names: Mapping[UUID, str], now: datetime
) -> types.ForensicCase:
    done = {CaseStep(entry.step): entry.at for entry in reversed(entries)}
    evidence = done.get(CaseStep.EVIDENCE)
    if row.verdict_at is not None:
        done[CaseStep.TRIAGE] = row.verdict_at
    return types.ForensicCase(
        id=row.id,
        vulnerability=row.vulnerability,
        assets=tuple(row.assets),
        row=row.row,
        listed_at=row.listed_at,
        listed_by=row.listed_by,
        started_at=row.started_at,
        opened_at=row.opened_at,
        patched_at=row.patched_at,
        patched_first=row.patched_at is not None and (evidence is None or evidence > row.patched_at),
        clocks=forensics.clocks(row.started_at, done, now),
        entries=tuple(_entry(entry, names) for entry in entries),
        verdict=Verdict(row.verdict) if row.verdict else None,
        verdict_text=row.verdict_text,
        verdict_by=names.get(row.verdict_by, SOMEBODY) if row.verdict_by else "",
        verdict_at=row.verdict_at,
    )


def _entry(row: ForensicEntry, names: Mapping[UUID, str]) -> types.Entry:
    return types.Entry(
        id=row.id,
        at=row.at,
        by=names.get(row.principal, SOMEBODY),
        step=CaseStep(row.step),
        text=row.text,
        filename=row.filename,
        sha256=row.sha256,
        size=row.size,
        kept=row.kept is not None,
    )


def people(actor: Actor) -> Mapping[UUID, str]:
    """Names of the organisation's people, where the reader may know them."""
    if actor.kind is PrincipalKind.SERVICE:
        return {}
    try:
        return {each.id: each.name for each in identity.members(actor)}
    except LeveeError:  # a token that does not cover them still shows the rest
        return {}
