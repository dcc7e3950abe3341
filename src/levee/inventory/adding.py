"""Components into the database, thousands in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from levee.inventory.models import Inventory
    from levee.inventory.types import StatedComponent
    from levee.kernel.progress import Tell
    from levee.platform.database.acting import Act

BATCH = 5000
_ADD = """
    insert into inventory_component
        (organisation, inventory, since, source,
         id, asset, place, stated, purl, ecosystem, name, version, key, unmatchable)
    select %s, %s, %s, %s, id, asset, place, stated, purl, ecosystem, name, version, decode(key, 'base64'), unmatchable
    from json_to_recordset(%s) as part
        (id uuid, asset uuid, place text, stated text, purl text, ecosystem text, name text, version text, key text,
         unmatchable text)
"""


class _Part(msgspec.Struct, gc=False):
    """One component on its way, by the names of the columns."""

    id: UUID
    asset: UUID
    place: str
    stated: str
    purl: str
    ecosystem: str
    name: str
    version: str
    key: bytes | None
    unmatchable: str


def add_components(  # noqa: PLR0917 - what a row is made of, and who hears of it
    act: Act,
    inventory: Inventory,
    stated: Sequence[StatedComponent],
    assets: Mapping[str, UUID],
    source: str,
    tell: Tell,
) -> None:
    """Add components that the inventory did not hold.

    PostgreSQL takes no COPY into a table with row-level security; JSON comes next: arrays cost four times as much to
    send, and rows forty times.
    """
    with connection.cursor() as cursor:
        for start in range(0, len(stated), BATCH):
            parts = [_part(act, each, assets[each.asset]) for each in stated[start : start + BATCH]]
            text = msgspec.json.encode(parts).decode()
            cursor.execute(_ADD, [inventory.organisation, inventory.id, act.now, source, text])
            tell("components written", start + len(parts), len(stated))


def _part(act: Act, each: StatedComponent, asset: UUID) -> _Part:
    return _Part(
        act.new_id(),
        asset,
        each.place,
        each.stated,
        each.purl,
        each.ecosystem,
        each.name,
        each.version,
        each.key,
        each.unmatchable,
    )
