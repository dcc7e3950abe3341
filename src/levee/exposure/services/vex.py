from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.exposure import scopes
from levee.exposure.events import StatementsChanged
from levee.exposure.models import Vex, VexStatement
from levee.exposure.vex import keeping
from levee.exposure.vex.deciding import bound
from levee.formats.vex import read_vex
from levee.inventory import selectors as inventory
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.kernel.hashing import sha256
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.formats.vex import Said, Statement
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LONGEST_NOTE = 2000
MOST_ODD = 500
NOTHING_THERE = "there is no such document of statements"


def rely_on_vex(actor: Actor, data: bytes, *, filename: str, inventory_key: UUID | None = None) -> UUID:
    """Rely on a document of statements (VEX): what it excuses is put aside within a minute, with the reason.

    Args:
        actor: a person of the operator, or of an intermediary that it lets act.
        data: OpenVEX, CSAF or CycloneDX with `analysis`.
        filename: as the sender calls it.
        inventory_key: it is to count in this inventory alone; asked for where a document does not say in words of
            packages what its products are parts of.

    Returns:
        The document's key.

    Raises:
        BadInput: it is no such document, nobody says it or dates it, or nothing in it counts; the place is in it.
        NotFound: there is no such inventory. Conflict: the same document is relied on already.
    """
    said = read_vex(data)
    with acting(actor) as act:
        demand(act, Action.VEX_RELY, of=actor.party)
        if inventory_key is not None:
            inventory.inventory(actor, inventory_key)
        return _keep(act, said, data, filename=filename, where=inventory_key)


def rely_on_import(actor: Actor, key: UUID) -> UUID:
    """Rely on what an imported CycloneDX file says of its own components, in its inventory alone.

    Args:
        actor: as above.
        key: the import.

    Returns, Raises:
        As above.
    """
    with acting(actor) as act:
        demand(act, Action.VEX_RELY, of=actor.party)
        imported = inventory.import_(actor, key)
        data = inventory.original(actor, key)
        return _keep(act, read_vex(data), data, filename=imported.filename, where=imported.inventory)


def withdraw_vex(actor: Actor, key: UUID, *, statement: UUID | None = None, note: str = "") -> None:
    """Rely on a document, or on one of its statements, no more: what only that put aside is raised again.

    Args:
        actor: as above.
        key: the document.
        statement: one statement of it; None for all.
        note: why, for the record; at most 2,000 characters.

    Raises:
        NotFound: there is no such document or statement. Conflict: it was withdrawn before. BadInput: the note is
            too long.
    """
    if len(note) > LONGEST_NOTE:
        raise BadInput("a note has at most 2,000 characters", place="note")
    with acting(actor) as act:
        demand(act, Action.VEX_RELY, of=actor.party)
        document = Vex.unscoped.filter(scopes.visible(actor), id=key)
        if not document.exists():
            raise NotFound(NOTHING_THERE)
        parts = VexStatement.unscoped.filter(scopes.visible(actor), vex=key)
        if statement is not None and not parts.filter(id=statement).exists():
            raise NotFound("there is no such statement in it")
        gone = {"withdrawn_at": act.now, "withdrawn_by": actor.id, "note": note.strip()}
        of = parts if statement is None else parts.filter(id=statement)
        if not of.filter(withdrawn_at=None).update(**gone):
            raise Conflict("it was withdrawn before", code="vex.withdrawn")
        if not parts.filter(withdrawn_at=None).exists():
            document.update(**gone)
        _announce(act, key, {"withdrawn": str(statement or key)})


def _keep(act: Act, said: Said, data: bytes, *, filename: str, where: UUID | None) -> UUID:
    counting, odd = _counting(said, where)
    if not counting:
        place, reason = next(iter(odd), ("/", "it states nothing of any product"))
        raise BadInput(f"nothing in this document counts: {reason}", code="vex.nothing", place=place, advice=ADVICE)
    digest = sha256(data).hex()
    hold(f"vex {act.actor.party}")
    mine = Vex.unscoped.filter(scopes.visible(act.actor), sha256=digest, inventory=where, withdrawn_at=None)
    if mine.exists():
        raise Conflict("this document is relied on already", code="vex.twice")
    row = Vex(
        id=act.new_id(),
        organisation=act.actor.party,
        inventory=where,
        filename=filename[:200],
        format=counting[0].format,
        name=counting[0].document,
        author=counting[0].author,
        sha256=digest,
        not_understood=[list(each) for each in odd[:MOST_ODD]],
        principal=act.actor.id,
        added_at=act.now,
    )
    Vex.unscoped.bulk_create([row])
    VexStatement.unscoped.bulk_create(
        (_row(act, row, number, each) for number, each in enumerate(counting)), batch_size=2000
    )
    _announce(act, row.id, {"document": row.name, "author": row.author, "sha256": digest, "statements": len(counting)})
    return row.id


ADVICE = "name its inventory where it says what parts of a product are not affected by; else ask its author"


def _counting(said: Said, where: UUID | None) -> tuple[Sequence[Statement], Sequence[tuple[str, str]]]:
    """The statements that can count, and all else with the reason why it cannot."""
    counting = [each for each in said.statements if where is not None or not each.apart]
    odd = [
        (each.place, f"it does not say in words of packages what {each.product} is a part of: name its inventory")
        for each in said.statements
        if where is None and each.apart
    ]
    return counting, [*odd, *said.not_understood]


def _row(act: Act, of: Vex, number: int, statement: Statement) -> VexStatement:
    told = bound(statement, of.inventory).statement if of.inventory else statement
    return VexStatement(
        id=act.new_id(),
        organisation=of.organisation,
        vex=of.id,
        number=number,
        inventory=of.inventory,
        vulnerabilities=list(told.vulnerabilities),
        said=keeping.keep(replace(told, at=_not_ahead(told.at, act.now))),
    )


def _not_ahead(at: datetime, now: datetime) -> datetime:
    """A clock that is ahead must not make a statement outlast those that are yet to come."""
    return min(at, now)


def _announce(act: Act, key: UUID, fields: dict[str, str | int]) -> None:
    record(act, log=("organisation", act.actor.party), verb=Action.VEX_RELY, subject=key, fields=fields)
    act.announce(StatementsChanged(subject=key))
