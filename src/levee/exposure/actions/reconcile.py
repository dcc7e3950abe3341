"""Bringing an operator's matches and actions in line with what it has and what is known, package by package."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from levee.exposure import rows, scopes
from levee.exposure.actions import states, wording
from levee.exposure.actions.folding import fold
from levee.exposure.actions.states import STANDING, State, Verb
from levee.exposure.events import NewActions, StandDown
from levee.exposure.exceptions.overtaking import end_leave
from levee.exposure.exceptions.states import LeaveVerb
from levee.exposure.forensics.cases import keep_cases
from levee.exposure.matching import hits
from levee.exposure.matching.engine import examine
from levee.exposure.models import Match, Step, Todo
from levee.exposure.priority import keeping
from levee.exposure.priority.tables import milder
from levee.exposure.regime import in_force
from levee.exposure.scanners import hits as scanner_hits
from levee.exposure.scanners import said as scanned
from levee.exposure.vex import keeping as vex_keeping
from levee.exposure.vex.deciding import names as names_of
from levee.exposure.vex.relying import excuses
from levee.inventory import selectors as inventory
from levee.ledger.services import record_each
from levee.platform.database.adding import add
from levee.platform.database.rewriting import rewrite
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.actions.folding import Hit, Plan, Remedy
    from levee.exposure.matching.engine import Found, Record
    from levee.exposure.priority.timelines import Timeline
    from levee.exposure.vex.deciding import Relied
    from levee.formats.signals import Signals
    from levee.inventory.types import Finding
    from levee.platform.database.acting import Act

FIXED, WITHDRAWN, CORRECTED = "fixed", "withdrawn", "corrected"
COUNTS_AGAIN = "what put it aside no longer counts"
JOINED = "joined"  # what a scanner said is now said by an advisory, whose match goes on
Package = tuple[str, str]
Trace = tuple["UUID", str, str, "UUID"]  # asset, ecosystem, package, advisory


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A match as it should be on record; with an excuse it is put aside."""

    found: Found
    hit: Hit
    detected_at: datetime
    excuse: Relied | None = None


def reconcile(act: Act, packages: Collection[Package], records: Sequence[Record], findings: Sequence[Finding]) -> None:
    """Make matches and actions of the actor's operator follow from its components and the known advisories.

    Safe to run again: without news nothing changes and nothing is announced.

    Args:
        act: a run for the operator.
        packages: the packages to look at; everything about them is brought in line, nothing else is touched.
        records: every known advisory that speaks of one of them, withdrawn ones too.
        findings: all that scanners say of them.
    """
    components = inventory.present(act.actor, packages)
    said = scanned.said(act, findings, examine(components, records))
    told = scanner_hits.together(said.told, hits.signals(records))
    matches, todos, stated = _on_record(act, packages, said.found)
    excused = excuses(act.actor, said.found, components) if stated else [None] * len(said.found)
    everything = _standing(act, said.found, told, matches, excused)
    standing = [each for each in everything if each.excuse is None]
    plans = fold(each.hit for each in standing)
    actions = {remedy: row.id for remedy, row in todos.items()}
    actions |= {plan.remedy: act.new_id() for plan in plans if plan.remedy not in actions}
    turned = _turned(everything, matches)
    ended = _write_matches(act, everything, matches, actions)
    endings = _end_matches(
        act,
        ended,
        present={each.id for each in components},
        said=said.present,
        withdrawn={each.id for each in records if each.withdrawn},
    )
    _Actions(act, todos, actions, turned).follow(plans, standing, endings)
    keep_cases(act, standing, {row.vulnerability for row in ended})


_ON_RECORD = """
select exists (select from exposure_match m where m.organisation = %(party)s and m.ended_at is null
        and m.ecosystem = any(%(ecosystems)s) and m.package = any(%(names)s)),
    exists (select from exposure_action a where a.organisation = %(party)s
        and a.ecosystem = any(%(ecosystems)s) and a.package = any(%(names)s)),
    exists (select from exposure_vex_statement s where s.organisation = %(party)s and s.withdrawn_at is null
        and s.vulnerabilities && %(found)s) or exists (select from exposure_known k where k.says && %(found)s)
"""
"""Asked first: most of the operators that an advisory reaches have none, and nothing is to be read of them."""


def _on_record(
    act: Act, packages: Collection[Package], found: Iterable[Found]
) -> tuple[Sequence[Match], Mapping[Remedy, Todo], bool]:
    """The standing matches of the packages, all actions about them, and whether anything is stated of what was found.

    Args:
        act: a run for the operator.
        packages: those at hand.
        found: the matches of now.
    """
    ecosystems, names = sorted({each[0] for each in packages}), sorted({each[1] for each in packages})
    with connection.cursor() as cursor:
        cursor.execute(
            _ON_RECORD,
            {
                "party": act.actor.party,
                "ecosystems": ecosystems,
                "names": names,
                "found": sorted({name for each in found for name in names_of(each)}),
            },
        )
        matched, acted, stated = cursor.fetchone() or (True, True, True)
    about = {"ecosystem__in": ecosystems, "package__in": names}
    matches = Match.unscoped.filter(scopes.visible(act.actor), ended_at=None, **about) if matched else ()
    todos = Todo.unscoped.filter(scopes.visible(act.actor), **about) if acted else ()
    return (
        [row for row in matches if (row.ecosystem, row.package) in packages],
        {rows.remedy(row): row for row in todos if (row.ecosystem, row.package) in packages},
        stated,
    )


def _standing(
    act: Act,
    found: Sequence[Found],
    told: Mapping[str, Signals],
    matches: Iterable[Match],
    excused: Sequence[Relied | None],
) -> list[Standing]:
    """Every match that holds now, with the date and the detection that it keeps from before."""
    known = {(row.component, row.known): row for row in matches}
    traces: dict[Trace, Match] = {(row.asset, row.ecosystem, row.package, row.known): row for row in matches}
    regime = in_force(act.actor).regime
    standing = []
    for each, excuse in zip(found, excused, strict=True):
        component, asset = each.component, each.component.asset
        same = known.get((component.id, each.record.id))
        before = same or traces.get((asset.id, component.ecosystem, component.name, each.record.id))
        # Another version that is affected as well does not start the clock anew.
        seen_at = _seen_at(each, act.now)
        detected_at = min(seen_at, before.detected_at) if before else seen_at
        hit = hits.hit(
            each,
            told[each.vulnerability],
            regime,
            match=same.id if same else act.new_id(),
            detected_at=detected_at,
            now=act.now,
            before=keeping.timeline(before.timeline) if before else None,
        )
        standing.append(Standing(found=each, hit=hit, detected_at=detected_at, excuse=excuse))
    return standing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turned:
    """What statements changed: `aside` by action why matches of it are put aside, `back` those that count again."""

    aside: Mapping[UUID, str]
    back: frozenset[UUID]


def _turned(standing: Iterable[Standing], matches: Iterable[Match]) -> _Turned:
    before = {row.id: row for row in matches}
    aside: dict[UUID, str] = {}
    back = set()
    for each in standing:
        row = before.get(each.hit.match)
        if row is None:
            continue
        if each.excuse and row.excuse is None and row.action:
            told = vex_keeping.excuse(vex_keeping.keep_excuse(each.excuse))
            aside.setdefault(row.action, told.words if told else "")
        elif each.excuse is None and row.excuse is not None:
            back.add(row.id)
    return _Turned(aside=aside, back=frozenset(back))


def _seen_at(found: Found, now: datetime) -> datetime:
    """When the flaw could first be seen on the asset: the component was there, and the record said what it says."""
    return min(now, max(found.component.detected_at, found.record.modified))


def _write_matches(
    act: Act, standing: Sequence[Standing], matches: Sequence[Match], actions: Mapping[Remedy, UUID]
) -> Sequence[Match]:
    """Write what holds.

    Returns:
        The rows that no longer hold, as they were.
    """
    known = {row.id: row for row in matches}
    fresh: list[Match] = []
    changed: list[Match] = []
    for each in standing:
        row = known.pop(each.hit.match, None)
        before = None if row is None else rows.told(row)
        row = rows.match(act, each, actions.get(each.hit.remedy), row)
        if before is None:
            fresh.append(row)
        elif rows.told(row) != before:
            changed.append(row)
    add(fresh)
    rewrite(changed, rows.MATCH_CHANGES)
    return list(known.values())


def _end_matches(
    act: Act,
    ended: Sequence[Match],
    *,
    present: Collection[UUID],
    said: Collection[UUID],
    withdrawn: Collection[UUID],
) -> Mapping[UUID, Counter[str]]:
    """End what no longer holds: the component is gone, the advisory was withdrawn or corrected, or now says it too.

    Returns:
        For each action, how many of its matches ended for which reason.
    """
    endings: dict[UUID, Counter[str]] = defaultdict(Counter)
    for row in ended:
        row.ended_at = act.now
        if row.component in said:
            row.ended_because = JOINED
        elif row.component not in present:
            row.ended_because = FIXED
        else:
            row.ended_because = WITHDRAWN if row.known in withdrawn else CORRECTED
        if row.action and row.excuse is None:
            endings[row.action][row.ended_because] += 1
    Match.unscoped.bulk_update(ended, ["ended_at", "ended_because"], batch_size=2000)
    return endings


class _Actions:
    """The actions of the packages at hand, while they are brought in line."""

    def __init__(self, act: Act, todos: Mapping[Remedy, Todo], actions: Mapping[Remedy, UUID], turned: _Turned) -> None:
        self._act = act
        self._turned = turned
        self._todos = todos
        self._actions = actions
        self._fresh: list[Todo] = []
        self._changed: list[Todo] = []
        self._steps: list[Step] = []

    def follow(self, plans: Sequence[Plan], standing: Sequence[Standing], endings: Mapping[UUID, Counter[str]]) -> None:
        """Let every action follow from its plan, and those without a plan from how their matches ended."""
        evidence = {each.hit.match: each.found.component for each in standing}
        for plan in plans:
            row = self._todos.get(plan.remedy)
            still = [evidence[hit.match] for hit in plan.hits]
            names = sorted({component.asset.name for component in still})
            if row is None:
                self._raise(plan, names)
            else:
                self._keep(row, plan, names, seen_at=max(component.evidence_at for component in still))
        planned = {plan.remedy for plan in plans}
        for remedy, row in self._todos.items():
            if remedy not in planned and row.state in STANDING:
                self._close(row, endings.get(row.id, Counter()))
        self._write()

    def _raise(self, plan: Plan, names: list[str]) -> None:
        row = rows.todo(self._act, self._actions[plan.remedy], plan, names)
        self._fresh.append(row)
        self._step(row, Verb.RAISE, plan.timeline.decided_by, plan.timeline)

    def _keep(self, row: Todo, plan: Plan, names: list[str], *, seen_at: datetime) -> None:
        before = keeping.timeline(row.timeline)
        state = State(row.state)
        back = any(hit.match in self._turned.back for hit in plan.hits)
        if state is State.CLAIMED and seen_at > row.state_at:
            self._move(row, Verb.CONTRADICT, f"a newer inventory or scan still shows it on {', '.join(names)}")
        elif state not in STANDING:
            note = COUNTS_AGAIN if back else "found again"
            self._move(row, Verb.REGRESS if state is State.CONFIRMED else Verb.RAISE_AGAIN, note)
            row.reopened += 1
        elif milder(before.band, plan.timeline.band):
            self._press(row, before, plan.timeline)
        elif back:
            self._step(row, Verb.RAISE, COUNTS_AGAIN, plan.timeline)
        elif (plan.timeline.edition, plan.timeline.due_at) != (before.edition, before.due_at):
            self._step(row, Verb.REDATE, wording.redated(before, plan.timeline), plan.timeline)
        if rows.replan(row, plan, names) or row.state != state:
            self._changed.append(row)

    def _press(self, row: Todo, before: Timeline, after: Timeline) -> None:
        """What was decided on is no more what it is about: an exception ends, and whoever looks is told."""
        if row.state == State.EXCEPTED:
            self._move(row, Verb.EXPIRE, f"{after.band.label} instead of {before.band.label}, so it counts no more")
        end_leave(self._act, row.id, LeaveVerb.OVERTAKE)
        self._step(row, Verb.RAISE, f"more pressing: {wording.redated(before, after)}", after)

    def _close(self, row: Todo, endings: Counter[str]) -> None:
        if row.id in self._turned.aside:
            self._move(row, Verb.EXCUSE, self._turned.aside[row.id])
        elif endings[FIXED]:
            self._move(row, Verb.CONFIRM, "a newer inventory or scan no longer shows it")
        elif endings[WITHDRAWN] or endings[CORRECTED]:
            why = "withdrawn" if endings[WITHDRAWN] else "corrected"
            self._move(row, Verb.RETRACT, f"the advisory was {why}")
        else:
            self._move(row, Verb.REPLACE, "another action takes its place")
        end_leave(self._act, row.id, LeaveVerb.OVERTAKE)
        self._changed.append(row)

    def _move(self, row: Todo, verb: Verb, note: str) -> None:
        row.state = states.after(State(row.state), verb, self._act.actor.kind)
        row.state_at = self._act.now
        self._step(row, verb, note)

    def _step(self, row: Todo, verb: Verb, note: str, timeline: Timeline | None = None) -> None:
        self._steps.append(rows.step(self._act, row.id, verb, note, timeline))

    def _write(self) -> None:
        act = self._act
        add([*self._fresh, *self._steps])
        Todo.unscoped.bulk_update(self._changed, rows.TODO_CHANGES, batch_size=2000)
        record_each(
            act,
            log=("organisation", act.actor.party),
            verb=Action.EXPOSURE_RECORD,
            told=[(step.action, {"step": step.verb}) for step in self._steps],
        )
        news = tuple(step.id for step in self._steps if step.verb in states.NEWS)
        if news:
            act.announce(NewActions(subject=act.actor.party, steps=news))
        retracted = tuple(step.id for step in self._steps if step.verb in states.TAKEN_BACK)
        if retracted:
            act.announce(StandDown(subject=act.actor.party, steps=retracted))
