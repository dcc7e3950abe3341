"""Between rows and what is handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from levee.exposure import types
from levee.exposure.actions import states, wording
from levee.exposure.actions.folding import Remedy
from levee.exposure.actions.folding import standing as standing_of
from levee.exposure.actions.states import DUE, State, Verb
from levee.exposure.models import Match, Step, Todo
from levee.exposure.priority import keeping
from levee.exposure.priority.lifecycle import may_bind
from levee.exposure.vex import keeping as vex
from levee.inventory.types import Criticality, Owner
from levee.policy.actors import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.actions.folding import Plan
    from levee.exposure.actions.reconcile import Standing
    from levee.exposure.priority.tables import Band
    from levee.exposure.priority.timelines import Timeline
    from levee.platform.database.acting import Act

MATCH_CHANGES = (
    "vulnerability",
    "certain",
    "action",
    "detected_at",
    "explanation",
    "timeline",
    "asset_name",
    "excuse",
)
PLAN_CHANGES = (
    "due_at",
    "strictness",
    "timeline",
    "exploited",
    "weaponised",
    "ransomware",
    "epss",
    "weight",
    "hits",
    "signals",
    "criticality",
    "assets",
    "vulnerabilities",
)
TODO_CHANGES = (*PLAN_CHANGES, "state", "state_at", "reopened")
NEXT_UPGRADE = 1_000_000


def match(act: Act, standing: Standing, action: UUID | None, row: Match | None) -> Match:
    """A match's row, fresh or brought up to date; without an action where it is put aside and none is about it."""
    component = standing.found.component
    row = row or Match(
        id=standing.hit.match,
        organisation=act.actor.party,
        component=component.id,
        asset=component.asset.id,
        ecosystem=component.ecosystem,
        package=component.name,
        version=component.version,
        known=standing.found.record.id,
    )
    row.asset_name = component.asset.name
    row.vulnerability = standing.found.vulnerability
    row.certain = standing.found.certain
    row.action = action
    row.detected_at = standing.detected_at
    row.explanation = msgspec.to_builtins(standing.found.explanation)
    row.timeline = keeping.keep_timeline(standing.hit.timeline)
    row.excuse = vex.keep_excuse(standing.excuse) if standing.excuse else None
    return row


def told(row: Match) -> tuple[object, ...]:
    """What a match's row says, to see whether it says anything new."""
    return tuple(getattr(row, name) for name in MATCH_CHANGES)


def todo(act: Act, key: UUID, plan: Plan, names: list[str]) -> Todo:
    """A fresh action's row."""
    row = Todo(
        id=key,
        organisation=act.actor.party,
        owner=plan.remedy.owner,
        owner_name=plan.remedy.owner_name,
        ecosystem=plan.remedy.ecosystem,
        package=plan.remedy.package,
        version=plan.remedy.version,
        certain=plan.remedy.certain,
        state=State.OPEN,
        opened_at=act.now,
        state_at=act.now,
    )
    replan(row, plan, names)
    return row


def replan(row: Todo, plan: Plan, names: list[str]) -> bool:
    """Bring an action's row in line with its plan.

    Args:
        row: the action.
        plan: what it is to be.
        names: of the plan's assets.

    Returns:
        Whether anything changed.
    """
    told, place = plan.signals, standing_of(plan)
    wanted = {
        "due_at": plan.timeline.due_at,
        "strictness": strictness(plan.timeline.band),
        "timeline": keeping.keep_timeline(plan.timeline),
        "exploited": plan.exploited,
        "weaponised": not place.unweaponised,
        "ransomware": not place.no_ransomware,
        "epss": told.epss.number if told.epss else 0,
        "weight": plan.weight,
        "hits": len(plan.hits),
        "signals": keeping.keep_signals(told),
        "criticality": plan.criticality,
        "assets": names,
        "vulnerabilities": list(plan.vulnerabilities),
    }
    changed = any(getattr(row, name, None) != value for name, value in wanted.items())
    for name, value in wanted.items():
        setattr(row, name, value)
    return changed


def strictness(band: Band) -> int:
    """A column to sort by: the most pressing band first."""
    return NEXT_UPGRADE if band.days is None else band.days * 2 - band.forensics


def step(act: Act, action: UUID, verb: Verb, note: str, timeline: Timeline | None = None) -> Step:
    """A row for something that happens to an action now, with the date that it got by it."""
    return Step(
        id=act.new_id(),
        organisation=act.actor.party,
        action=action,
        at=act.now,
        verb=verb,
        principal=act.actor.id,
        note=note,
        timeline=keeping.keep_timeline(timeline) if timeline else None,
    )


def remedy(row: Todo) -> Remedy:
    """What an action's row is about."""
    return Remedy(
        owner=Owner(row.owner),
        owner_name=row.owner_name,
        ecosystem=row.ecosystem,
        package=row.package,
        version=row.version,
        certain=row.certain,
    )


def action(row: Todo, *, now: datetime, bound: bool) -> types.Action:
    """What is handed out of an action's row."""
    timeline = keeping.timeline(row.timeline)
    return types.Action(
        id=row.id,
        remedy=remedy(row),
        state=State(row.state),
        assets=tuple(row.assets),
        vulnerabilities=tuple(row.vulnerabilities),
        due_at=row.due_at,
        overdue=row.state in DUE and timeline.overdue(now),
        timeline=timeline,
        standing=wording.standing(timeline.title, bound=bound and may_bind(timeline.edition)),
        exploited=row.exploited,
        signals=keeping.signals(row.signals),
        criticality=Criticality(row.criticality),
        clears=row.hits,
        opened_at=row.opened_at,
        state_at=row.state_at,
        reopened=row.reopened,
    )


def news(act: Act, steps: Iterable[tuple[Step, Todo]]) -> tuple[types.News, ...]:
    """What is told of steps just written, each with its action's row as it is now; the most pressing first."""
    bound = act.actor.organisation_kind is OrganisationKind.AGENCY
    return tuple(
        types.News(
            step=step.id,
            at=step.at,
            verb=Verb(step.verb),
            first=row.opened_at == step.at,
            note=step.note,
            action=action(row, now=act.now, bound=bound),
        )
        for step, row in sorted(steps, key=lambda each: (each[1].strictness, each[1].package, each[0].id))
    )


def handed_out(row: Match) -> types.Match:
    """What is handed out of a match's row."""
    return types.Match(
        id=row.id,
        asset=row.asset,
        asset_name=row.asset_name,
        version=row.version,
        vulnerability=row.vulnerability,
        certain=row.certain,
        detected_at=row.detected_at,
        ended_at=row.ended_at,
        ended_because=row.ended_because,
        explanation=msgspec.convert(row.explanation, types.Explanation),
        timeline=keeping.timeline(row.timeline),
        excuse=vex.excuse(row.excuse),
    )


def history(row: Step) -> types.Step:
    """What is handed out of a step's row."""
    return types.Step(
        at=row.at,
        what=states.wording(Verb(row.verb)),
        note=row.note,
        timeline=keeping.timeline(row.timeline) if row.timeline else None,
    )
