"""The actions of an operator while they are brought in line: what is raised, pressed, closed, told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.exposure import rows
from levee.exposure.actions import states, wording
from levee.exposure.actions.states import STANDING, State, Verb
from levee.exposure.events import NewActions, StandDown
from levee.exposure.exceptions.overtaking import end_leave
from levee.exposure.exceptions.states import LeaveVerb
from levee.exposure.priority import keeping
from levee.exposure.priority.tables import milder
from levee.ledger.services import record_each
from levee.platform.database.adding import add
from levee.platform.database.asking import together
from levee.platform.database.rewriting import rewrite
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.actions.folding import Plan, Remedy
    from levee.exposure.actions.reconcile import Standing
    from levee.exposure.models import Step, Todo
    from levee.exposure.priority.timelines import Timeline
    from levee.platform.database.acting import Act

FIXED, WITHDRAWN, CORRECTED, REMOVED = "fixed", "withdrawn", "corrected", "removed"
RETRACTED = {
    WITHDRAWN: "the advisory was withdrawn",
    CORRECTED: "the advisory was corrected",
    REMOVED: "the source was removed",
}
COUNTS_AGAIN = "what put it aside no longer counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What statements changed: `aside` by action why matches of it are put aside, `back` those that count again."""

    aside: Mapping[UUID, str]
    back: frozenset[UUID]


class Actions:
    """The actions of the packages at hand, while they are brought in line."""

    def __init__(self, act: Act, todos: Mapping[Remedy, Todo], actions: Mapping[Remedy, UUID], turned: Turned) -> None:
        self._act = act
        self._turned = turned
        self._todos = todos
        self._actions = actions
        self._fresh: list[Todo] = []
        self._changed: list[Todo] = []
        self._steps: list[tuple[Step, Todo]] = []

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
        elif why := next((words for ending, words in RETRACTED.items() if endings[ending]), ""):
            self._move(row, Verb.RETRACT, why)
        else:
            self._move(row, Verb.REPLACE, "another action takes its place")
        end_leave(self._act, row.id, LeaveVerb.OVERTAKE)
        self._changed.append(row)

    def _move(self, row: Todo, verb: Verb, note: str) -> None:
        row.state = states.after(State(row.state), verb, self._act.actor.kind)
        row.state_at = self._act.now
        self._step(row, verb, note)

    def _step(self, row: Todo, verb: Verb, note: str, timeline: Timeline | None = None) -> None:
        self._steps.append((rows.step(self._act, row.id, verb, note, timeline), row))

    def _write(self) -> None:
        act = self._act
        with together():
            add([*self._fresh, *(step for step, _ in self._steps)])
            rewrite(self._changed, rows.TODO_CHANGES)
            record_each(
                act,
                log=("organisation", act.actor.party),
                verb=Action.EXPOSURE_RECORD,
                told=[(step.action, {"step": step.verb}) for step, _ in self._steps],
            )
        for event, verbs in ((NewActions, states.NEWS), (StandDown, states.TAKEN_BACK)):
            told = [(step, row) for step, row in self._steps if step.verb in verbs]
            if told:
                act.announce(event(subject=act.actor.party, news=rows.news(act, told)))
