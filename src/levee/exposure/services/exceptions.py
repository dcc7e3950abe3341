from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.exposure import rows, scopes
from levee.exposure.actions import states
from levee.exposure.actions.states import State, Verb
from levee.exposure.exceptions import states as leave
from levee.exposure.exceptions.states import LeaveState, LeaveVerb
from levee.exposure.models import Leave, Step, Todo
from levee.identity import selectors as identity
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.policy.actions import Action
from levee.policy.actors import PrincipalKind, Role

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LONGEST_TEXT = 2000
A_MOMENT = timedelta(seconds=2)
CLOCKS = "exposure.clocks"


def request_exception(
    actor: Actor, action: UUID, *, reason: str, mitigation: str, responsible: str, until: datetime
) -> UUID:
    """Ask for leave not to do an action until a day.

    Args:
        actor: a person of the operator.
        action: which one; it has to be open.
        reason: why it cannot be done in time.
        mitigation: what protects in the meantime: a compensating control.
        responsible: who keeps that up.
        until: when the exception ends by itself, within a year.

    Returns:
        The exception's key. Nothing changes before it is approved.

    Raises:
        NotFound: there is no such action. Conflict: it is not open, or asked for already.
        BadInput: a text is missing or too long, or the day lies behind or too far ahead.
    """
    texts = {"reason": reason, "mitigation": mitigation, "responsible": responsible}
    for place, text in texts.items():
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise BadInput("this takes some words, at most 2,000 characters", place=place)
    with acting(actor) as act:
        demand(act, Action.EXCEPTION_REQUEST, of=actor.party)
        leave.check_term(until, act.now)
        if _todo(actor, action).state != State.OPEN:
            raise Conflict("only an open action can have an exception", code="exception.state")
        if Leave.unscoped.filter(scopes.visible(actor), action=action, ended_at=None).exists():
            raise Conflict("an exception was asked for already", code="exception.twice")
        row = Leave(
            id=act.new_id(),
            organisation=actor.party,
            action=action,
            state=LeaveState.REQUESTED,
            until=until,
            requested_by=actor.id,
            requested_at=act.now,
            **{place: text.strip() for place, text in texts.items()},
        )
        Leave.unscoped.bulk_create([row])
        _note(act, action, Verb.REQUEST, f"until {until:%Y-%m-%d}: {row.mitigation}", Action.EXCEPTION_REQUEST)
        for at in (leave.reminder_at(act.now, until), until):
            enqueue(act, CLOCKS, subject=actor.party, party=actor.party, delay=at - act.now + A_MOMENT)
    return row.id


def approve_exception(actor: Actor, exception: UUID, *, note: str = "") -> None:
    """Approve an exception: its action is set aside until the day comes.

    Args:
        actor: a person of the operator, and another one than asked for it where there is another.
        exception: which one.
        note: for the record; at most 2,000 characters.

    Raises:
        NotFound: there is no such exception. BadInput: the note is too long.
        Conflict: it is decided, its day has come, or it waits for a second person.
    """
    with acting(actor) as act:
        demand(act, Action.EXCEPTION_APPROVE, of=actor.party)
        row = _leave(actor, exception)
        if row.until <= act.now:
            raise Conflict("its day has come", code="exception.state", advice="ask for a new one")
        if row.requested_by == actor.id and _others(actor):
            raise Conflict(
                "a second person approves this",
                code="exception.second_person",
                advice="ask a colleague with an account of their own",
            )
        alone = ", and nobody else is there" if row.requested_by == actor.id else ""
        _decide(act, row, LeaveVerb.APPROVE, note)
        _move(act, row.action, Verb.EXCEPT, f"until {row.until:%Y-%m-%d}{alone}", Action.EXCEPTION_APPROVE)


def refuse_exception(actor: Actor, exception: UUID, *, note: str = "") -> None:
    """Refuse an exception: its action stays open.

    Raises:
        NotFound: there is no such exception. Conflict: it is decided. BadInput: the note is too long.
    """
    with acting(actor) as act:
        demand(act, Action.EXCEPTION_APPROVE, of=actor.party)
        row = _leave(actor, exception)
        _decide(act, row, LeaveVerb.REFUSE, note)
        _note(act, row.action, Verb.REFUSE, note, Action.EXCEPTION_APPROVE)


def withdraw_exception(actor: Actor, exception: UUID, *, note: str = "") -> None:
    """Take an exception back, approved or not: its action is open again.

    Raises:
        NotFound: there is no such exception. Conflict: it has ended. BadInput: the note is too long.
    """
    with acting(actor) as act:
        demand(act, Action.EXCEPTION_REQUEST, of=actor.party)
        row = _leave(actor, exception)
        approved = row.state == LeaveState.APPROVED
        _decide(act, row, LeaveVerb.WITHDRAW, note)
        if approved:
            _move(act, row.action, Verb.RESUME, "the exception was taken back", Action.EXCEPTION_REQUEST)


def _todo(actor: Actor, action: UUID) -> Todo:
    found = Todo.unscoped.filter(scopes.visible(actor), id=action).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound("there is no such action")
    return found


def _leave(actor: Actor, exception: UUID) -> Leave:
    found = Leave.unscoped.filter(scopes.visible(actor), id=exception).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound("there is no such exception")
    return found


def _decide(act: Act, row: Leave, verb: LeaveVerb, note: str) -> None:
    if len(note) > LONGEST_TEXT:
        raise BadInput("a note has at most 2,000 characters", place="note")
    state = leave.after(LeaveState(row.state), verb, act.actor.kind)
    Leave.unscoped.filter(organisation=row.organisation, id=row.id).update(
        state=state,
        decided_by=act.actor.id,
        decided_at=act.now,
        note=note.strip(),
        ended_at=None if state in leave.RUNNING else act.now,
    )


def _move(act: Act, action: UUID, verb: Verb, note: str, because: Action) -> None:
    row = _todo(act.actor, action)
    state = states.after(State(row.state), verb, act.actor.kind)
    Todo.unscoped.filter(organisation=row.organisation, id=action).update(state=state, state_at=act.now)
    _note(act, action, verb, note, because)


def _note(act: Act, action: UUID, verb: Verb, note: str, because: Action) -> None:
    Step.unscoped.bulk_create([rows.step(act, action, verb, note.strip())])
    record(act, log=("organisation", act.actor.party), verb=because, subject=action, fields={"step": verb})


def _others(actor: Actor) -> bool:
    """Whether anybody else of the organisation could approve."""
    return any(
        each.live and each.id != actor.id and each.kind is PrincipalKind.PERSON and Role.MEMBER in each.roles
        for each in identity.members(actor)
    )
