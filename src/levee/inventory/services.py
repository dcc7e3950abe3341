from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from msgspec import to_builtins

from levee.access.services import demand
from levee.inventory import rows, scopes, types
from levee.inventory.dating import dated
from levee.inventory.events import AssetStated, InventoryImported
from levee.inventory.models import Asset, Import, Inventory
from levee.inventory.reading import AS_GUESSED, read
from levee.inventory.sources import with_sources
from levee.inventory.state import State
from levee.inventory.windows import parse_window
from levee.kernel.errors import BadInput, Conflict, NotFound, TooLarge
from levee.kernel.progress import nobody
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.kernel.progress import Tell
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LARGEST_FILE = 64 * 1024 * 1024
LONGEST_NAME = 200
_NO_LABEL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\\]|^/|(^|/)\.\.?(/|$)")


def preview(
    actor: Actor,
    data: bytes,
    *,
    filename: str,
    name: str,
    corrections: types.Corrections = AS_GUESSED,
    tell: Tell = nobody,
) -> types.Preview:
    """Say what an import would understand and change, and change nothing.

    Args:
        actor: a member of the operator.
        data: a file of any kind that `levee.inventory.importers` knows.
        filename: as the sender calls it.
        name: of the inventory; a known name is compared with its present state.
        corrections: what a person says where the guess was wrong.
        tell: hears how far it is.

    Raises:
        BadInput: the file as a whole cannot be read, or there is no name. TooLarge: over 64 MiB.
    """
    name = _checked(data, name)
    reading = read(data, filename, corrections, tell=tell)
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        inventory = Inventory.unscoped.filter(scopes.visible(actor), name=name).first()
        state = State(inventory)
        reading = dated(with_sources(actor.party, state.read_as_known(reading)), inventory, act.now)
        return types.Preview(name=name, reading=reading, diff=state.diff(state.news_of(reading)))


def import_file(
    actor: Actor,
    data: bytes,
    *,
    filename: str,
    name: str,
    corrections: types.Corrections = AS_GUESSED,
    tell: Tell = nobody,
) -> types.Import:
    """Make a file the present state of an inventory; a second file under the same name is a diff.

    Assets keep what a person stated about them where the new file says nothing. Components that the file no longer
    states stay on record as gone.

    Args:
        actor: a member of the operator.
        data: a file of any kind that `levee.inventory.importers` knows, kept as received. One that was made before the
            last one of its like adds what it names, and takes nothing away.
        filename: as the sender calls it.
        name: of the inventory.
        corrections: what a person says where the guess was wrong.
        tell: hears how far it is.

    Raises:
        BadInput: the file as a whole cannot be read, or there is no name. TooLarge: over 64 MiB.
        Conflict: the same inventory is being imported at this moment.
    """
    name = _checked(data, name)
    reading = read(data, filename, corrections, tell=tell)
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        key = act.new_id()
        inventory = _inventory(act, name, key)
        state = State(inventory)
        reading = dated(with_sources(actor.party, state.read_as_known(reading)), inventory, act.now)
        news = state.news_of(reading)
        change = state.diff(news)
        state.write(act, inventory, news, source=f"import of {filename}", tell=tell)
        if not (reading.partial or reading.adds_only):
            Inventory.unscoped.filter(id=inventory.id).update(evidence_at=reading.made_at or act.now)
        row = _import(act, key, inventory, reading, change)
        _keep_original(row, data, filename)
        Import.unscoped.bulk_create([row])
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.INVENTORY_IMPORT,
            subject=inventory.id,
            fields={
                "import": str(key),
                "rows": reading.rows,
                "components": len(reading.components),
                "findings": len(reading.findings),
            },
        )
        act.announce(InventoryImported(subject=inventory.id))
    return rows.import_(row, name)


def state_asset(
    actor: Actor,
    asset: UUID,
    *,
    source: str,
    exposure: types.Exposure | None = None,
    owner: types.Owner | None = None,
    owner_name: str | None = None,
    criticality: types.Criticality | None = None,
    environment: str | None = None,
    type: types.AssetType | None = None,  # noqa: A002 - the field's word
    window: str | None = None,
) -> types.Asset:
    """Note what a person says about an asset; its exposure becomes a fact with this source and date.

    Args:
        actor: a member of the operator.
        asset: which one.
        source: who says so or how it was found out; shown beside every due date that rests on it.
        exposure: reachable from the internet; None, here and below, leaves it as it is.
        owner: who can change it.
        owner_name: that vendor or maker.
        criticality: how much depends on it.
        environment: where it stands, in the operator's words.
        type: what it is.
        window: when it may be changed, in the words of `levee.inventory.windows`; empty where nobody knows.

    Raises:
        NotFound: there is no such asset. BadInput: no source is given, or the window is not understood.
    """
    if not source.strip():
        raise BadInput("say where this is known from", place="source")
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        row = Asset.unscoped.filter(scopes.visible(actor), id=asset, gone_at=None).first()
        if row is None:
            raise NotFound("there is no such asset")
        if exposure is not None:
            row.exposure, row.exposure_source, row.exposure_at = exposure, source.strip(), act.now
        row.owner = owner or row.owner
        row.owner_name = row.owner_name if owner_name is None else owner_name.strip()
        row.criticality = criticality or row.criticality
        row.environment = row.environment if environment is None else environment.strip()
        row.type = type or row.type
        if window is not None:
            row.window = str(parse_window(window) or "")
        row.save()
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.INVENTORY_IMPORT,
            subject=asset,
            fields={"exposure": row.exposure, "owner": row.owner, "criticality": row.criticality, "type": row.type},
        )
        act.announce(AssetStated(subject=row.inventory))
    return rows.asset(row)


def _checked(data: bytes, name: str) -> str:
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


def _import(act: Act, key: UUID, inventory: Inventory, reading: types.Reading, change: types.Diff) -> Import:
    return Import(
        id=key,
        organisation=act.actor.party,
        inventory=inventory.id,
        principal=act.actor.id,
        at=act.now,
        format=reading.format,
        rows=reading.rows,
        components=len(reading.components),
        unmatchable=len(reading.unmatchable),
        findings=len(reading.findings),
        made_at=None if reading.partial else reading.made_at,
        not_understood=to_builtins(reading.not_understood),
        diff=to_builtins(change),
    )


def _keep_original(row: Import, data: bytes, filename: str) -> None:
    kept = blobs().put(data, holder=row.organisation)
    filename = "".join(letter for letter in filename if letter.isprintable()).replace("\\", "/").rpartition("/")[2]
    row.filename, row.original, row.original_size = filename, kept.id, kept.size
