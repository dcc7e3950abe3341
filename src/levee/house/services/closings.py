"""When the house publishes nothing: closings that coordinators add and end."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.house import scopes
from levee.house.calendar import ClosedOn
from levee.house.closing import closing
from levee.house.models import Closing
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.house.types import Given
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

MOST = 500


def close(actor: Actor, kind: ClosedOn, *, zone: str, because: str, given: Mapping[str, Given]) -> UUID:
    """Publish nothing in a time from now on, until somebody ends that. No embargo moves by it.

    Args:
        actor: a coordinator of the clearinghouse.
        kind: a weekday, a day, all but some hours of each day, or a window.
        zone: whose days and hours these are.
        because: why; everyone who takes part reads it.
        given: `weekday`, `day`, `opens` and `closes`, or `start` and `end`, as the kind needs.

    Returns:
        The closing.

    Raises:
        BadInput: a field is missing or wrong. Conflict: the same stands already, hours are set, or there are too many.
    """
    found = closing(kind, zone=zone, because=because, given=given)
    with acting(actor) as act:
        demand(act, Action.CALENDAR_KEEP, of=clearinghouse())
        hold("closings of the house")
        fields = {name: value for name, value in asdict(found).items() if name not in {"zone", "because"}}
        _check_new(act, kind, zone, fields)
        row = Closing(
            id=act.new_id(),
            house=clearinghouse(),
            zone=zone,
            because=found.because,
            by=actor.id,
            at=act.now,
            **fields,
        )
        Closing.unscoped.bulk_create([row])
        _record(act, row.id, does="close", what=found.says, zone=zone, because=found.because)
    return row.id


def end_closing(actor: Actor, closing: UUID, *, because: str) -> None:
    """End a closing: that time is open from now on.

    Raises:
        BadInput: no reason. NotFound: no such closing stands.
    """
    if not because.strip():
        raise BadInput("say why", place="because")
    with acting(actor) as act:
        demand(act, Action.CALENDAR_KEEP, of=clearinghouse())
        row = _standing(act).select_for_update().filter(id=closing).first()
        if row is None:
            raise NotFound("no such closing stands")
        row.ended_at = act.now
        row.save(update_fields=["ended_at"])
        _record(act, row.id, does="open", because=because.strip())


def _check_new(act: Act, kind: ClosedOn, zone: str, fields: Mapping[str, Given]) -> None:
    standing = _standing(act)
    if kind is ClosedOn.HOURS and standing.filter(kind=kind).exists():
        raise Conflict("hours are set already", place="kind", advice="end them first")
    if standing.filter(zone=zone, **fields).exists():
        raise Conflict("the same stands already", place="kind")
    if standing.count() >= MOST:
        raise Conflict(f"{MOST} closings stand already", advice="end those that are over")


def _standing(act: Act) -> QuerySet[Closing]:
    return Closing.unscoped.filter(scopes.closings(act.actor), ended_at=None)


def _record(act: Act, closing: UUID, **fields: str) -> None:
    log = ("organisation", act.actor.party)
    record(act, log=log, verb=Action.CALENDAR_KEEP, subject=closing, fields=fields)
