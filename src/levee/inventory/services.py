from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.inventory import rows, scopes, types
from levee.inventory.events import AssetStated
from levee.inventory.intakes.sending import LARGEST_FILE, LONGEST_NAME, again, checked, drop, is_large, send
from levee.inventory.models import Asset
from levee.inventory.reading import AS_GUESSED, read
from levee.inventory.storing import Sent, foresee, store
from levee.inventory.windows import parse_window
from levee.kernel.errors import BadInput, NotFound
from levee.kernel.progress import nobody
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.kernel.progress import Tell
    from levee.policy.actors import Actor

__all__ = [
    "LARGEST_FILE",
    "LONGEST_NAME",
    "again",
    "drop",
    "import_file",
    "is_large",
    "preview",
    "send",
    "state_asset",
]


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
    name = checked(data, name)
    reading = read(data, filename, corrections, tell=tell)
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        return foresee(act, name, reading)


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
    name = checked(data, name)
    reading = read(data, filename, corrections, tell=tell)
    with acting(actor) as act:
        demand(act, Action.INVENTORY_IMPORT, of=actor.party)
        sent = Sent(name=name, filename=filename, by=actor.id)
        row, change = store(act, sent, reading, lambda: blobs().put(data, holder=actor.party), tell)
    return replace(rows.import_(row, name), diff=change)


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
