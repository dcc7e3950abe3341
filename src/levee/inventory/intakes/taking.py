"""The job that takes a large file in: read it, then store all of it in one transaction.

A worker that is killed leaves nothing behind: what it stored was not committed, and the next one begins anew.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection
from msgspec import to_builtins

from levee.access.services import demand
from levee.inventory import scopes, types
from levee.inventory.intakes.states import Verb, before, leads_to
from levee.inventory.models import Intake
from levee.inventory.reading import read
from levee.inventory.storing import Sent, foresee, store
from levee.kernel.errors import BadInput, LeveeError, TooLarge
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from levee.inventory.types import Reading
    from levee.kernel.progress import Tell
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def take(actor: Actor, key: UUID) -> None:
    """The handler of `TAKE`: read an intake's file, and make it an import, or what there is to see of it.

    Args:
        actor: a run for the operator.
        key: the intake; one that rests, is done or was dropped is left alone.
    """
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        row = Intake.unscoped.filter(scopes.visible(actor), id=key).first()
        if row is None or not _moved(act, key, Verb.TAKE, progress=0, expected=None):
            return
    ref = BlobRef(id=row.original, size=row.original_size)
    with _noted(actor, key) as tell:
        try:
            reading = read(blobs().get(ref), row.filename, types.Corrections(**row.corrections), tell=tell)
        except (BadInput, TooLarge) as error:
            _fail(actor, key, _fault(error))  # trying again by itself would say the same
            return
        if not _shown(actor, row, reading):
            _store(actor, row, reading, ref, tell)


def gave_up(actor: Actor, key: UUID, failure: str) -> None:
    """After the last try: say so, and that a person may let it be tried again."""
    _fail(
        actor,
        key,
        types.Fault(
            message=f"it could not be taken in, three times: {failure}",
            code="intake.gave_up",
            advice="Let it be tried again; the file is kept.",
        ),
    )


def _shown(actor: Actor, row: Intake, reading: Reading) -> bool:
    """Whether it was only to be looked at, and what there is to see is kept now."""
    with acting(actor) as act:
        if not Intake.unscoped.filter(scopes.visible(actor), id=row.id).values_list("look", flat=True).first():
            return False
        seen = types.Seen.of(foresee(act, row.name, reading))
        return _moved(act, row.id, Verb.SHOW, look=True, seen=to_builtins(seen), ended_at=act.now)


def _store(actor: Actor, row: Intake, reading: Reading, ref: BlobRef, tell: Tell) -> None:
    with acting(actor) as act:
        if not _moved(act, row.id, Verb.STORE, progress=0, expected=len(reading.components)):
            return
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        sent = Sent(name=row.name, filename=row.filename, by=row.principal)
        done, _ = store(act, sent, reading, lambda: ref, tell)
        count = done.components
        if not _moved(act, row.id, Verb.END, done=done.id, progress=count, expected=count, ended_at=act.now):
            raise _TakenMeanwhileError


class _TakenMeanwhileError(Exception):
    """Another worker took it, because this one was not heard of: nothing of what is stored here may stay."""


def _moved(act: Act, key: UUID, verb: Verb, *, look: bool | None = None, **columns: object) -> bool:
    """Move an intake on; whether it stood where the verb is possible."""
    asked = {} if look is None else {"look": look}
    mine = Intake.unscoped.filter(scopes.visible(act.actor), id=key, state__in=before(verb), **asked)
    return bool(mine.update(state=leads_to(verb), **columns))


def _fail(actor: Actor, key: UUID, fault: types.Fault) -> None:
    with acting(actor) as act:
        _moved(act, key, Verb.FAIL, fault=to_builtins(fault), ended_at=act.now)


def _fault(error: LeveeError) -> types.Fault:
    return types.Fault(
        message=error.message,
        code=error.code,
        place=error.place,
        advice=error.advice(),
        headings=getattr(error, "headings", ()),
    )


@contextmanager
def _noted(actor: Actor, key: UUID) -> Iterator[Tell]:
    """Note how far it is in transactions of their own, beside the one that stores, which nobody sees before its end."""
    with ThreadPoolExecutor(max_workers=1) as beside:

        def tell(_what: str, done: int, of: int | None) -> None:
            beside.submit(_note, actor, key, done, of).result()

        try:
            yield tell
        finally:
            beside.submit(_close).result()


def _note(actor: Actor, key: UUID, done: int, of: int | None) -> None:
    with acting(actor):
        Intake.unscoped.filter(scopes.visible(actor), id=key).update(progress=done, expected=of)


def _close() -> None:
    connection.close()  # of the thread that this runs in
