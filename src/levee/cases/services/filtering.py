"""Filters of the list of cases, kept by a name; each person's and each machine's are its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.models import Filter
from levee.cases.services.rows import one_line
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.cases.types import Narrowed
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

MOST_FILTERS = 50


def save_filter(actor: Actor, *, name: str, by: Narrowed) -> UUID:
    """Keep a filter by a name.

    Args:
        actor: whose it is.
        name: one line; of its own among those that the actor keeps.
        by: what it shows, and in what order.

    Raises:
        BadInput: no name. Conflict: another one has it, or there are fifty already.
    """
    with acting(actor) as act:
        demand(act, Action.FILTER_KEEP, of=actor.id)
        called = _name(act, name)
        if Filter.unscoped.filter(scopes.filters(actor)).count() >= MOST_FILTERS:
            raise Conflict("there are fifty filters already", advice="Delete one first.")
        row = Filter(id=act.new_id(), principal=actor.id, name=called, since=act.now, **by.kept())
        Filter.unscoped.bulk_create([row])
        _note(act, "save", row.id)
    return row.id


def change_filter(actor: Actor, key: UUID, *, name: str | None = None, by: Narrowed | None = None) -> None:
    """Give a filter another name, or let it show something else.

    Raises:
        BadInput: no name. Conflict: another one has it. NotFound: there is no such filter.
    """
    with acting(actor) as act:
        own = _own(act, key)
        told: dict[str, str] = by.kept() if by is not None else {}
        if name is not None:
            told["name"] = _name(act, name, but=key)
        if told:
            own.update(**told)
            _note(act, "change", key)


def delete_filter(actor: Actor, key: UUID) -> None:
    """Keep a filter no longer.

    Raises:
        NotFound: there is no such filter.
    """
    with acting(actor) as act:
        _own(act, key).delete()
        _note(act, "delete", key)


def _own(act: Act, key: UUID) -> QuerySet[Filter]:
    demand(act, Action.FILTER_KEEP, of=act.actor.id)
    found = Filter.unscoped.filter(scopes.filters(act.actor), id=key)
    if not found.exists():
        raise NotFound("there is no such filter")
    return found


def _name(act: Act, name: str, *, but: UUID | None = None) -> str:
    called = one_line("name", name)
    if not called:
        raise BadInput("a filter has a name", place="name")
    others = Filter.unscoped.filter(scopes.filters(act.actor), name=called)
    if (others if but is None else others.exclude(id=but)).exists():
        raise Conflict("another of your filters has this name", place="name", advice="Choose another one.")
    return called


def _note(act: Act, what: str, key: UUID) -> None:
    record(act, log=("organisation", act.actor.party), verb=Action.FILTER_KEEP, subject=key, fields={"what": what})
