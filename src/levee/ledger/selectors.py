from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.kernel.errors import Conflict, NotFound
from levee.ledger import reading, scopes
from levee.ledger.core.checkpoints import parse_checkpoint
from levee.ledger.core.merkle import inclusion_proof
from levee.ledger.inspection import verify
from levee.ledger.models import Checkpoint, Entry, Log
from levee.ledger.radius import radius_of_principal, radius_of_token, radius_of_workers
from levee.ledger.types import INTERNAL, LogName, Proof
from levee.ledger.types import Entry as EntryType
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

__all__ = [
    "entries",
    "export",
    "proof",
    "public_log",
    "radius_of_principal",
    "radius_of_token",
    "radius_of_workers",
    "verify",
]

PAGE = 100


def entries(actor: Actor, log: LogName, *, newest: bool = True, limit: int = PAGE) -> tuple[EntryType, ...]:
    """The newest (or the first) entries of a log that the actor may read, in that order.

    Raises:
        NotFound: there is no such log for this reader. Forbidden: it is there and not for this role.
    """
    with acting(actor) as act:
        _demand(act, log)
        row = None if log == INTERNAL else _visible(actor, log)
        if row is None:
            return ()
        if not newest:
            return tuple(reading.sealed_entries(row, log, end=min(limit, row.size)))
        return tuple(reading.sealed_entries(row, log, start=max(0, row.size - limit)))[::-1]


def proof(actor: Actor, entry: UUID) -> Proof:
    """The proof that an entry is in its log, against the log's newest checkpoint.

    Raises:
        NotFound: there is no such entry for this reader.
        Conflict: no checkpoint covers it yet.
    """
    with acting(actor) as act:
        row = Entry.unscoped.filter(scopes.entries(actor), id=entry).first()
        log = Log.unscoped.filter(scopes.logs(actor), id=row.log).first() if row else None
        key = reading.verifier_key()
        if row is None or log is None:
            raise NotFound("there is nothing here by that name")
        name = LogName(log.kind, log.key)  # type: ignore[arg-type]  # the column holds nothing else
        _demand(act, name)
        # allow unscoped: of a log that a scope chose
        newest = Checkpoint.unscoped.filter(log=log.id, size__gt=row.position).order_by("size", "at").last()
        if newest is None or key is None:
            raise Conflict("no checkpoint covers this entry yet", advice="ask again after the next tick")
        stated = parse_checkpoint(newest.note)
        path = inclusion_proof(row.position, stated.size, partial(reading.subroot, log))
    return Proof(
        log=str(name),
        position=row.position,
        leaf=bytes(row.leaf),
        size=stated.size,
        root=stated.root,
        path=path,
        note=newest.note,
        key=str(key),
    )


def export(actor: Actor, log: LogName) -> tuple[bytes, ...]:
    """A log up to its last checkpoint as lines of an export that `core.verify` reads; empty before the first one.

    The internal log comes with the openings of the public commitments, and without what opens others' entries.

    Raises:
        NotFound: there is no such log for this reader. Forbidden: it is there and not for this role.
    """
    with acting(actor) as act:
        _demand(act, log)
        return tuple(reading.export_lines(log))


def public_log() -> Iterator[bytes]:
    """The public log as everyone reads it, as lines of an export; asked by the role `public`, which has no actor."""
    return reading.published_lines()


def _visible(actor: Actor, log: LogName) -> Log | None:
    return Log.unscoped.filter(scopes.logs(actor), kind=log.kind, key=log.key).first()


def _demand(act: Act, log: LogName) -> None:
    if log.kind == "case":
        demand(act, Action.LEDGER_SEE_CASE, subject=log.key)
    elif log.kind == "organisation":
        demand(act, Action.LEDGER_SEE_ORGANISATION, of=log.key)
    elif log.kind == "internal":
        demand(act, Action.LEDGER_SEE_INTERNAL)
