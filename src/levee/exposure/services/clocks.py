"""What happens because its time has come: exceptions that end, reminders, forensic clocks that run out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.exposure import rows, scopes
from levee.exposure.actions import states
from levee.exposure.actions.states import State, Verb
from levee.exposure.events import ExceptionEndsSoon, ForensicClockRanOut, NewActions
from levee.exposure.exceptions import states as leave
from levee.exposure.exceptions.overtaking import end_leave
from levee.exposure.exceptions.states import LeaveVerb
from levee.exposure.forensics import clocks as forensics
from levee.exposure.models import ForensicCase, ForensicEntry, Leave, Step, Todo
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def run_clocks(actor: Actor) -> None:
    """Let everything of the operator happen whose time has come; safe to run at any time and again.

    Args:
        actor: a run for the operator.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=actor.party)
        hold(f"exposure {actor.party}")
        running = list(Leave.unscoped.filter(scopes.visible(actor), ended_at=None).select_for_update(of=("self",)))
        for row in running:
            if row.until <= act.now:
                _expire(act, row)
        reminded = [row for row in running if row.until > act.now and _remind(act, row)]
        alarmed = [row for row in ForensicCase.unscoped.filter(scopes.visible(actor), verdict="") if _alarm(act, row)]
        if reminded:
            act.announce(ExceptionEndsSoon(subject=actor.party))
        if alarmed:
            act.announce(ForensicClockRanOut(subject=actor.party, cases=tuple(row.id for row in alarmed)))


def _expire(act: Act, row: Leave) -> None:
    end_leave(act, row.action, LeaveVerb.EXPIRE)
    todo = Todo.unscoped.filter(scopes.visible(act.actor), id=row.action).first()
    if todo is None or todo.state != State.EXCEPTED:
        return
    todo.state, todo.state_at = states.after(State(todo.state), Verb.EXPIRE, act.actor.kind), act.now
    todo.save(update_fields=["state", "state_at"])
    step = _step(act, todo.id, Verb.EXPIRE, f"its day, {row.until:%Y-%m-%d}, has come")
    act.announce(NewActions(subject=act.actor.party, news=rows.news(act, [(step, todo)])))


def _remind(act: Act, row: Leave) -> bool:
    if row.reminded_at is not None or act.now < leave.reminder_at(row.requested_at, row.until):
        return False
    Leave.unscoped.filter(organisation=row.organisation, id=row.id).update(reminded_at=act.now)
    _step(act, row.action, Verb.REMIND, f"the exception ends on {row.until:%Y-%m-%d}")
    return True


def _alarm(act: Act, row: ForensicCase) -> bool:
    """Note the last clock of a case that has run out without an answer; whether that is a later one than before."""
    done = {
        forensics.CaseStep(step): at
        for step, at in ForensicEntry.unscoped.filter(scopes.visible(act.actor), case=row.id)
        .order_by("-at")
        .values_list("step", "at")
    }
    clocks = enumerate(forensics.clocks(row.started_at, done, act.now), 1)
    late = max((number for number, clock in clocks if clock.late and clock.done_at is None), default=0)
    if late <= row.alarmed:
        return False
    ForensicCase.unscoped.filter(organisation=row.organisation, id=row.id).update(alarmed=late)
    record(
        act,
        log=("organisation", act.actor.party),
        verb=Action.EXPOSURE_RECORD,
        subject=row.id,
        fields={"clocks_run_out": late},
    )
    return True


def _step(act: Act, action: UUID, verb: Verb, note: str) -> Step:
    row = rows.step(act, action, verb, note)
    Step.unscoped.bulk_create([row])
    record(
        act, log=("organisation", act.actor.party), verb=Action.EXPOSURE_RECORD, subject=action, fields={"step": verb}
    )
    return row
