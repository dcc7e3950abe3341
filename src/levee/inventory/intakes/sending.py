"""Handing a large file in, and what a person says of it afterwards."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from levee.access.services import demand
from levee.inventory import rows, scopes, types
from levee.inventory.intakes.states import RESTING, Verb, before, leads_to
from levee.inventory.models import Intake
from levee.inventory.reading import AS_GUESSED
from levee.inventory.storing import shown_name
from levee.kernel.errors import BadInput, Conflict, NotFound, TooLarge
from levee.kernel.hashing import canonical_json, keyed_digest
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

TAKE = "inventory.take"
LARGEST_FILE = 64 << 20
LARGEST_AT_ONCE = 1 << 20
LONGEST_NAME = 200
_NO_LABEL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\\]|^/|(^|/)\.\.?(/|$)")


def is_large(data: bytes) -> bool:
    """Whether a file is taken by a job (`send`) and not while its sender waits: one of more than 1 MiB."""
    return len(data) > LARGEST_AT_ONCE


def checked(data: bytes, name: str) -> str:
    """The name of the inventory that a file is for, without blanks at its ends.

    Raises:
        BadInput: it is none. TooLarge: the file is over 64 MiB.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise BadInput("an inventory needs a name of at most 200 characters", place="name")
    if _NO_LABEL.search(name):
        raise BadInput(
            "an inventory's name holds no path and no control characters",
            place="name",
            advice="call it after what it lists, such as: Head office",
        )
    if len(data) > LARGEST_FILE:
        raise TooLarge("an inventory file has at most 64 MiB", place="file")
    return name


def send(
    actor: Actor,
    data: bytes,
    *,
    filename: str,
    name: str,
    corrections: types.Corrections = AS_GUESSED,
    look: bool = False,
) -> types.Intake:
    """Hand a file in, to be read and stored by a job.

    The same file once more, while the first is on its way, is that one; where that one failed or was looked at alone,
    it is taken up again. Another file for the same inventory takes the place of one that rests.

    Args:
        actor: a member of the operator.
        data: a file of any kind that `levee.inventory.importers` knows, kept as received.
        filename: as the sender calls it.
        name: of the inventory.
        corrections: what a person says where the guess was wrong.
        look: only say what an import would understand and change, and wait then.

    Raises:
        BadInput: there is no name. TooLarge: over 64 MiB.
    """
    name = checked(data, name)
    told = asdict(corrections)
    likeness = keyed_digest(
        blobs().address(data, holder=actor.party), canonical_json({"name": name, "filename": filename, **told})
    )
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        row = _alike(act, likeness)
        if row is None:
            _make_room(act, name)
            row = _kept(act, data, name=name, filename=filename, corrections=told, likeness=likeness, look=look)
        elif row.state in RESTING or (row.look and not look):
            row.corrections = told
            _take_up(act, row, look=look)
        return rows.intake(row)


def again(actor: Actor, key: UUID, *, look: bool = False, corrections: types.Corrections | None = None) -> types.Intake:
    """Take a file up again that failed, or that was looked at; one that is on its way or done is left as it is.

    Args:
        actor: a member of the operator.
        key: the intake.
        look: only look at it, as in `send`.
        corrections: what a person says now; None leaves what was said.

    Raises:
        NotFound: there is no such intake for this reader.
    """
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        row = _one(act, key)
        if row.state in RESTING:
            if corrections is not None:
                row.corrections = asdict(corrections)
            _take_up(act, row, look=look)
        return rows.intake(row)


def drop(actor: Actor, key: UUID) -> None:
    """Forget a file that failed or was looked at alone, and destroy what is kept of it.

    Raises:
        NotFound: there is no such intake for this reader. Conflict: it is on its way, or is an import by now.
    """
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        row = _one(act, key)
        if row.state not in RESTING:
            raise Conflict("a file that is on its way, or imported, is not dropped", code="intake.state")
        _forget(act, [row])


def _one(act: Act, key: UUID) -> Intake:
    row = Intake.unscoped.select_for_update().filter(scopes.visible(act.actor), id=key).first()
    if row is None:
        raise NotFound("there is no such file on its way")
    return row


def _alike(act: Act, likeness: bytes) -> Intake | None:
    """The same file under the same name, not yet an import."""
    mine = Intake.unscoped.select_for_update().filter(scopes.visible(act.actor), likeness=likeness)
    return mine.exclude(state=types.IntakeState.DONE).first()


def _make_room(act: Act, name: str) -> None:
    resting = Intake.unscoped.select_for_update().filter(scopes.visible(act.actor), name=name, state__in=RESTING)
    _forget(act, list(resting))


def _forget(act: Act, resting: Iterable[Intake]) -> None:
    for row in resting:
        Intake.unscoped.filter(scopes.visible(act.actor), id=row.id).delete()
        blobs().shred(BlobRef(id=row.original, size=row.original_size))


def _kept(  # what a row is made of
    act: Act, data: bytes, *, name: str, filename: str, corrections: Mapping[str, object], likeness: bytes, look: bool
) -> Intake:
    ref = blobs().put(data, holder=act.actor.party)
    row = Intake(
        id=act.new_id(),
        organisation=act.actor.party,
        principal=act.actor.id,
        at=act.now,
        name=name,
        filename=shown_name(filename),
        corrections=corrections,
        original=ref.id,
        original_size=ref.size,
        likeness=likeness,
        state=types.IntakeState.WAITING,
        look=look,
    )
    try:
        with transaction.atomic():
            Intake.unscoped.bulk_create([row])
    except IntegrityError as error:  # sent twice in the same moment
        blobs().shred(ref)
        found = _alike(act, likeness)
        if found is None:
            raise Conflict("this file is being taken at this moment", advice="try again in a minute") from error
        return found
    enqueue(act, TAKE, subject=row.id, party=act.actor.party)
    return row


def _take_up(act: Act, row: Intake, *, look: bool) -> None:
    """Put it into the queue where it rests; where it goes on by itself, a person's word to import it counts."""
    resting = row.state in before(Verb.AGAIN)
    row.look = look
    if resting:
        row.state, row.progress, row.expected = leads_to(Verb.AGAIN), 0, None
        row.fault, row.seen, row.ended_at = None, None, None
    row.save(update_fields=["look", "state", "progress", "expected", "fault", "seen", "ended_at", "corrections"])
    if resting:
        enqueue(act, TAKE, subject=row.id, party=act.actor.party)
