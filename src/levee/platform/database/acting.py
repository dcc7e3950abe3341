"""The one door to the database: a transaction in which PostgreSQL knows who is asking."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from levee.kernel.errors import AgainstRules, Forbidden, NotFound, TooLarge, TooMany
from levee.platform.database.asking import together
from levee.platform.ports import ports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.backends.utils import CursorWrapper

    from levee.kernel.events import Event
    from levee.policy.actors import Actor

_current: ContextVar[Act | None] = ContextVar("levee_act", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One unit of work: who, when, and fresh identities.

    Attributes:
        kept: what was worked out within this act and is asked for again, by a key of whoever keeps it.
    """

    actor: Actor
    now: datetime
    kept: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    def new_id(self) -> UUID:
        """A fresh random key."""
        return ports().ids.new()

    def announce(self, event: Event) -> None:
        """Tell those wired to the event; their jobs commit with this act or not at all."""
        ports().events.announce(event)


@contextmanager
def acting(actor: Actor) -> Iterator[Act]:
    """Enter a transaction as an actor.

    One service call is one transaction. A call made inside another by the same actor joins it; by a different actor it
    is a mistake. A refusal is recorded after the rollback, in a transaction of its own.

    Raises:
        RuntimeError: another actor is already acting on this thread.
    """
    outer = _current.get()
    if outer is not None:
        if (outer.actor.id, outer.actor.party) != (actor.id, actor.party):
            message = "one transaction has one actor"
            raise RuntimeError(message)
        yield outer
        return
    try:
        with _known_to_postgresql(actor.id, actor.party if actor.stands_in else None):
            act = Act(actor=actor, now=ports().clock.now())
            token = _current.set(act)
            try:
                yield act
            finally:
                _current.reset(token)
    except (AgainstRules, Forbidden, NotFound, TooLarge, TooMany) as refusal:
        ports().on_refusal(actor, refusal)
        raise


def current_act() -> Act:
    """The act under way; for handlers of events, which run inside the act that announces.

    Raises:
        RuntimeError: nobody is acting on this thread.
    """
    act = _current.get()
    if act is None:
        message = "nobody is acting"
        raise RuntimeError(message)
    return act


@contextmanager
def as_principal(principal: UUID) -> Iterator[None]:
    """A transaction that knows only a principal's key: how an actor is read before there is one."""
    with _known_to_postgresql(principal):
        yield


@contextmanager
def _known_to_postgresql(principal: UUID, stands_in_for: UUID | None = None) -> Iterator[None]:
    """A transaction with a principal's key in a local setting, which ends with it."""
    within = connection.in_atomic_block  # of a test, which goes on: there the old value is put back
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        before = _principal(cursor) if within else ""
        with together():  # with the beginning of the transaction
            cursor.execute(_KNOW, [str(principal), str(stands_in_for or "")])
        yield
        if within:
            cursor.execute(_KNOW, [before, ""])


_KNOW = "select set_config('levee.actor', %s, true), set_config('levee.stands_in_for', %s, true)"


def _principal(cursor: CursorWrapper) -> str:
    cursor.execute("select coalesce(current_setting('levee.actor', true), '')")
    row = cursor.fetchone()
    return str(row[0]) if row else ""
