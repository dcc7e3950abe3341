"""Who is on call: shifts that coordinators plan, and the note with which one hands over to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.house import scopes
from levee.house.closing import within
from levee.house.models import Handover, Shift
from levee.house.selectors import on_call_at
from levee.identity.selectors import members
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.kernel.sides import Side
from levee.ledger.services import record
from levee.notify.services import queue, tell
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action
from levee.policy.actors import PrincipalKind, Role
from levee.settings import settings

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

DUTY_PAGE = "/house/duty/"
LONGEST_NOTE = 4000


def plan_shift(actor: Actor, person: UUID, *, start: datetime, end: datetime, address: str) -> UUID:
    """Put a coordinator on call for a time; alarms of the house go to its address first.

    Args:
        actor: a coordinator of the clearinghouse.
        person: a coordinator of the same house, alive.
        start: the first instant of the shift.
        end: its end, not in it.
        address: where its letters go meanwhile; they hold no content.

    Raises:
        BadInput: an instant without a zone, the wrong way round, or an address that is none. NotFound: no such person.
        Conflict: somebody is on call in that time already.
    """
    _check(start, end, address)
    with acting(actor) as act:
        demand(act, Action.DUTY_KEEP, of=clearinghouse())
        _may_be_on_call(actor, person)
        hold("shifts of the house")
        taken = _standing(act).filter(start__lt=end, end__gt=start).first()
        if taken is not None:
            raise Conflict("somebody is on call in that time already", place="start", advice="end that shift first")
        row = Shift(
            id=act.new_id(),
            house=actor.party,
            person=person,
            address=address.strip(),
            start=start,
            end=end,
            by=actor.id,
            at=act.now,
        )
        Shift.unscoped.bulk_create([row])
        _record(act, row.id, does="plan", start=start.isoformat(), end=end.isoformat())
    return row.id


def end_shift(actor: Actor, shift: UUID, *, because: str) -> None:
    """Take a shift out of the plan, or end the one that runs.

    Raises:
        BadInput: no reason. NotFound: no such shift stands.
    """
    if not because.strip():
        raise BadInput("say why", place="because")
    with acting(actor) as act:
        demand(act, Action.DUTY_KEEP, of=clearinghouse())
        row = _standing(act).select_for_update().filter(id=shift).first()
        if row is None:
            raise NotFound("no such shift stands")
        row.ended_at = act.now
        row.save(update_fields=["ended_at"])
        _record(act, row.id, does="end", because=because.strip())


def hand_over_duty(actor: Actor, *, note: str, cursor: str) -> UUID:
    """Hand the duty over with a note; whoever comes next reads it beside what waits and what changed since.

    Args:
        actor: a coordinator of the clearinghouse.
        note: what the next one must know.
        cursor: of the last change in cases that the actor knows; what comes after it is new to the next one.

    Raises:
        BadInput: no note, or a long one.
    """
    if not note.strip() or len(note) > LONGEST_NOTE:
        raise BadInput(f"say what the next one must know, in at most {LONGEST_NOTE} characters", place="note")
    with acting(actor) as act:
        demand(act, Action.DUTY_KEEP, of=clearinghouse())
        row = Handover(id=act.new_id(), house=actor.party, by=actor.id, note=note.strip(), cursor=cursor, at=act.now)
        Handover.unscoped.bulk_create([row])
        _record(act, row.id, does="hand over")
        alarm(act, actor.party, page=DUTY_PAGE)
    return row.id


def alarm(act: Act, organisation: UUID, *, page: str, side: Side = Side.CLEARINGHOUSE) -> None:
    """Let an organisation know that something waits; the house by a letter to who is on call, where somebody is.

    Args:
        act: the unit of work, which may see the organisation.
        organisation: whom; everybody but the house is told as always.
        page: path of the page; the letter says no more.
        side: on whose site the page is.
    """
    duty = on_call_at(act, act.now) if organisation == clearinghouse() == act.actor.party else None
    if duty is None or not duty.address:
        tell(act, organisation, page=page, side=side)
    else:
        queue(act, address=duty.address, locator=settings().site_of(side) + page, side=side)


def _check(start: datetime, end: datetime, address: str) -> None:
    for place, at in (("start", start), ("end", end)):
        if at.tzinfo is None:
            raise BadInput("an instant has a zone, such as 2026-12-20T08:00:00+01:00", place=place)
        within(at, place)
    if start >= end:
        raise BadInput("a shift ends after it starts", place="end")
    local, _, host = address.strip().rpartition("@")
    if address and (not local or not host or not address.strip().isprintable() or " " in address.strip()):
        raise BadInput("this is no address of mail", place="address")


def _may_be_on_call(actor: Actor, person: UUID) -> None:
    for each in members(actor):
        if each.id == person and each.live and each.kind is PrincipalKind.PERSON and Role.COORDINATOR in each.roles:
            return
    raise NotFound("there is no such coordinator in the house", place="person")


def _standing(act: Act) -> QuerySet[Shift]:
    return Shift.unscoped.filter(scopes.duty(act.actor), ended_at=None)


def _record(act: Act, subject: UUID, **fields: str) -> None:
    record(act, log=("organisation", act.actor.party), verb=Action.DUTY_KEEP, subject=subject, fields=fields)
