from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from levee.access.services import demand
from levee.inventory import rows, scopes, types
from levee.inventory.diffing import diff
from levee.inventory.events import AssetStated, InventoryImported
from levee.inventory.models import Asset, Component, Import, Inventory
from levee.inventory.reading import AS_GUESSED, read
from levee.inventory.windows import parse_window
from levee.kernel.errors import BadInput, Conflict, NotFound, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LARGEST_FILE = 64 * 1024 * 1024
LONGEST_NAME = 200
_NO_LABEL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\\]|^/|(^|/)\.\.?(/|$)")
BATCH = 2000


def preview(
    actor: Actor, data: bytes, *, filename: str, name: str, corrections: types.Corrections = AS_GUESSED
) -> types.Preview:
    """Say what an import would understand and change, and change nothing.

    Args:
        actor: a member of the operator.
        data: a file of any kind that `levee.inventory.importers` knows.
        filename: as the sender calls it.
        name: of the inventory; a known name is compared with its present state.
        corrections: what a person says where the guess was wrong.

    Raises:
        BadInput: the file as a whole cannot be read, or there is no name. TooLarge: over 64 MiB.
    """
    name = _checked(data, name)
    reading = read(data, filename, corrections)
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        inventory = Inventory.unscoped.filter(scopes.visible(actor), name=name).first()
        return types.Preview(name=name, reading=reading, diff=_diff(_state(inventory), reading))


def import_file(
    actor: Actor, data: bytes, *, filename: str, name: str, corrections: types.Corrections = AS_GUESSED
) -> types.Import:
    """Make a file the present state of an inventory; a second file under the same name is a diff.

    Assets keep what a person stated about them where the new file says nothing. Components that the file no longer
    states stay on record as gone.

    Args:
        actor: a member of the operator.
        data: a file of any kind that `levee.inventory.importers` knows, kept as received.
        filename: as the sender calls it.
        name: of the inventory.
        corrections: what a person says where the guess was wrong.

    Raises:
        BadInput: the file as a whole cannot be read, or there is no name. TooLarge: over 64 MiB.
        Conflict: the same inventory is being imported at this moment.
    """
    name = _checked(data, name)
    reading = read(data, filename, corrections)
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        key = act.new_id()
        inventory = _inventory(act, name, key)
        state = _state(inventory)
        change = _diff(state, reading)
        assets = _write_assets(act, inventory, state, reading.assets, source=f"import of {filename}")
        _write_components(act, inventory, state, reading.components, assets)
        row = _import(act, key, inventory, reading, change)
        _keep_original(row, data, filename)
        Import.unscoped.bulk_create([row])
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.INVENTORY_IMPORT,
            subject=inventory.id,
            fields={"import": str(key), "rows": reading.rows, "components": len(reading.components)},
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


class _State:
    """What an inventory holds at present."""

    def __init__(self, assets: Iterable[Asset], components: Iterable[Component]) -> None:
        self.every_asset = {row.name: row for row in assets}
        names = {row.id: row.name for row in self.every_asset.values()}
        self.components = [(row, rows.stated(row, names[row.asset])) for row in components]

    @property
    def assets(self) -> list[str]:
        """Names of the assets that are not gone."""
        return [name for name, row in self.every_asset.items() if row.gone_at is None]


def _state(inventory: Inventory | None) -> _State:
    if inventory is None:
        return _State([], [])
    mine = {"organisation": inventory.organisation, "inventory": inventory.id}
    return _State(Asset.unscoped.filter(**mine), Component.unscoped.filter(**mine, gone_at=None))


def _diff(state: _State, reading: types.Reading) -> types.Diff:
    found = diff(
        [stated for _, stated in state.components],
        reading.components,
        assets_before=state.assets,
        assets_after=[asset.name for asset in reading.assets],
    )
    return replace(found, restated=tuple(_restated(state, reading.assets)))


def _restated(state: _State, stated: Iterable[types.StatedAsset]) -> Iterator[types.Restated]:
    for each in stated:
        row = state.every_asset.get(each.name)
        if row is not None:
            for fact, word in rows.news(row, each).items():
                yield types.Restated(asset=each.name, fact=fact, before=getattr(row, fact), after=word)


def _write_assets(
    act: Act, inventory: Inventory, state: _State, stated: Iterable[types.StatedAsset], *, source: str
) -> dict[str, UUID]:
    """Keep, add and end assets.

    Returns:
        The key of every asset that the file states, by name.
    """
    fresh, kept = [], []
    for each in stated:
        row = state.every_asset.get(each.name)
        if row is None:
            fresh.append(rows.new_asset(act, inventory, each, source))
        else:
            kept.append(rows.restate(row, each, source, act.now))
    Asset.unscoped.bulk_create(fresh, batch_size=BATCH)
    Asset.unscoped.bulk_update(kept, rows.ASSET_FACTS, batch_size=BATCH)
    named = {row.name: row.id for row in [*fresh, *kept]}
    gone = [row.id for name, row in state.every_asset.items() if name not in named and row.gone_at is None]
    Asset.unscoped.filter(organisation=inventory.organisation, id__in=gone).update(gone_at=act.now)
    return named


def _write_components(
    act: Act,
    inventory: Inventory,
    state: _State,
    stated: Iterable[types.StatedComponent],
    assets: dict[str, UUID],
) -> None:
    """Leave what is still there as it is, add what is new, and mark the rest as gone."""
    present: dict[tuple[str, ...], list[UUID]] = defaultdict(list)
    for row, known in state.components:
        present[known.identity].append(row.id)
    fresh = []
    for each in stated:
        if present[each.identity]:
            present[each.identity].pop()
        else:
            fresh.append(rows.new_component(act, inventory, each, assets[each.asset]))
    Component.unscoped.bulk_create(fresh, batch_size=BATCH)
    _end_components(inventory, [key for keys in present.values() for key in keys], act.now)


def _end_components(inventory: Inventory, gone: list[UUID], at: datetime) -> None:
    for start in range(0, len(gone), BATCH):
        Component.unscoped.filter(organisation=inventory.organisation, id__in=gone[start : start + BATCH]).update(
            gone_at=at
        )


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
        not_understood=[asdict(each) for each in reading.not_understood],
        diff=asdict(change),
    )


def _keep_original(row: Import, data: bytes, filename: str) -> None:
    kept = blobs().put(data, holder=row.organisation)
    filename = "".join(letter for letter in filename if letter.isprintable()).replace("\\", "/").rpartition("/")[2]
    row.filename, row.original, row.original_size = filename, kept.id, kept.size
