"""A reading into the database: one way for small files, at once, and for large ones, by a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import IntegrityError, transaction
from msgspec import to_builtins

from levee.inventory import scopes
from levee.inventory.dating import dated
from levee.inventory.events import InventoryImported
from levee.inventory.models import Import, Inventory, Part
from levee.inventory.sources import with_sources
from levee.inventory.state import State
from levee.inventory.types import LISTED, Long, Preview
from levee.kernel.errors import Conflict
from levee.ledger.services import record
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from levee.inventory.types import Diff, Reading
    from levee.kernel.progress import Tell
    from levee.platform.blobs import BlobRef
    from levee.platform.database.acting import Act


class Sent(NamedTuple):
    """A file as it was handed in: for which inventory, what its sender calls it, and who that is."""

    name: str
    filename: str
    by: UUID


def foresee(act: Act, name: str, reading: Reading) -> Preview:
    """What storing a reading would change, in an act that changes nothing."""
    inventory = Inventory.unscoped.filter(scopes.visible(act.actor), name=name).first()
    state = State(inventory)
    reading = dated(with_sources(act.actor.party, state.read_as_known(reading)), inventory, act.now)
    return Preview(name=name, reading=reading, diff=state.diff(state.news_of(reading)))


def store(act: Act, sent: Sent, reading: Reading, keep: Callable[[], BlobRef], tell: Tell) -> tuple[Import, Diff]:
    """Make a reading the present state of an inventory, in the act that has begun: all of it or nothing.

    Args:
        act: of the sender, or of a run for its organisation.
        sent: the file.
        reading: what it states.
        keep: keeps the file as it came, or says where it is kept.
        tell: hears how far it is.

    Raises:
        Conflict: an inventory of that name is begun at this moment.
    """
    key = act.new_id()
    inventory = _inventory(act, sent.name, key)
    state = State(inventory)
    reading = dated(with_sources(act.actor.party, state.read_as_known(reading)), inventory, act.now)
    news = state.news_of(reading)
    change = state.diff(news)
    state.write(act, inventory, news, source=f"import of {sent.filename}", tell=tell)
    if not (reading.partial or reading.adds_only):
        Inventory.unscoped.filter(id=inventory.id).update(evidence_at=reading.made_at or act.now)
    row = _import(act, key, inventory, reading, change, sent, keep())
    Import.unscoped.bulk_create([row])
    _keep_parts(act, row, reading, change)
    _record(act, row, sent)
    act.announce(InventoryImported(subject=inventory.id))
    return row, change


def _inventory(act: Act, name: str, key: UUID) -> Inventory:
    """The inventory of that name, locked until the act ends."""
    mine = Inventory.unscoped.filter(scopes.visible(act.actor), name=name)
    row = mine.select_for_update().first()
    if row is not None:
        mine.update(last_import=key, imported_at=act.now)
        return row
    row = Inventory(id=act.new_id(), organisation=act.actor.party, name=name, last_import=key, imported_at=act.now)
    try:
        with transaction.atomic():
            Inventory.unscoped.bulk_create([row])
    except IntegrityError as error:
        raise Conflict("this inventory is being imported at this moment", advice="try again in a minute") from error
    return row


def _import(  # noqa: PLR0917 - what a row is made of
    act: Act, key: UUID, inventory: Inventory, reading: Reading, change: Diff, sent: Sent, kept: BlobRef
) -> Import:
    return Import(
        id=key,
        organisation=act.actor.party,
        inventory=inventory.id,
        principal=sent.by,
        at=act.now,
        filename=shown_name(sent.filename),
        original=kept.id,
        original_size=kept.size,
        format=reading.format,
        rows=reading.rows,
        components=len(reading.components),
        unmatchable=len(reading.components) - reading.matchable,
        findings=len(reading.findings),
        made_at=None if reading.partial else reading.made_at,
        not_understood=to_builtins(reading.not_understood[:LISTED]),
        more_not_understood=max(0, len(reading.not_understood) - LISTED),
        diff=to_builtins(change.cut),
    )


def shown_name(filename: str) -> str:
    """A file's name without folders and without what cannot be printed."""
    return "".join(letter for letter in filename if letter.isprintable()).replace("\\", "/").rpartition("/")[2]


def _keep_parts(act: Act, row: Import, reading: Reading, change: Diff) -> None:
    """What goes beyond the first lines of each list, a thousand lines in a row, never many rows in memory."""
    for name in Long:
        lines: Sequence[object] = reading.not_understood if name is Long.NOT_UNDERSTOOD else getattr(change, name)
        for at in range(LISTED, len(lines), LISTED):
            part = Part(id=act.new_id(), organisation=row.organisation, of=row.id, list=name, at=at)
            part.lines = to_builtins(lines[at : at + LISTED])
            Part.unscoped.bulk_create([part])


def _record(act: Act, row: Import, sent: Sent) -> None:
    by_another = {} if sent.by == act.actor.id else {"sent_by": str(sent.by)}
    record(
        act,
        log=("organisation", row.organisation),
        verb=Action.INVENTORY_IMPORT,
        subject=row.inventory,
        fields={
            "import": str(row.id),
            "rows": row.rows,
            "components": row.components,
            "findings": row.findings,
            **by_another,
        },
    )
