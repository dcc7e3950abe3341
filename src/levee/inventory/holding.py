"""What an operator holds of some packages, in few words: when an advisory comes, ten thousand are asked at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from levee.inventory import rows, types
from levee.platform.database.asking import ask

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID


class AssetRow(NamedTuple):
    """What is read of an asset."""

    id: UUID
    inventory: UUID
    name: str
    owner: str
    owner_name: str
    environment: str
    criticality: str
    type: str
    window: str
    exposure: str
    exposure_source: str
    exposure_at: datetime


class ComponentRow(NamedTuple):
    """What is read of a component."""

    id: UUID
    stated: str
    purl: str
    ecosystem: str
    name: str
    version: str
    key: bytes | None
    since: datetime
    unmatchable: str


_PRESENT = """
select coalesce(i.evidence_at, i.imported_at), a.id, a.inventory, a.name, a.owner, a.owner_name, a.environment,
    a.criticality, a.type, a.window, a.exposure, a.exposure_source, a.exposure_at,
    c.id, c.stated, c.purl, c.ecosystem, c.name, c.version, c.key, c.since, c.unmatchable
from unnest(%(ecosystems)s::text[], %(names)s::text[]) as p (ecosystem, name)
cross join lateral (
    select * from inventory_component c where c.ecosystem = p.ecosystem and c.name = p.name
        and c.organisation = %(party)s and c.gone_at is null offset 0
) c
cross join lateral (select * from inventory_asset a where a.id = c.asset and a.organisation = %(party)s offset 0) a
cross join lateral (
    select * from inventory_inventory i where i.id = c.inventory and i.organisation = %(party)s offset 0
) i
order by a.name, c.id
"""
"""Package by package (`offset 0` keeps it so): figures of the table make PostgreSQL read an inventory to its end."""
_FIRST, _SECOND = 1, 1 + len(AssetRow._fields)


def present_of(party: UUID, packages: Collection[tuple[str, str]]) -> Sequence[types.Component]:
    """Every component of these packages that an operator has now.

    Args:
        party: the operator.
        packages: pairs of ecosystem and folded name.
    """
    ecosystems, names = _columns(packages)
    found = ask(_PRESENT, {"party": party, "ecosystems": ecosystems, "names": names})
    on: dict[UUID, types.Asset] = {}
    components = []
    for row in found:
        asset = AssetRow(*row[_FIRST:_SECOND])
        if asset.id not in on:
            on[asset.id] = rows.asset(asset)
        components.append(rows.component(ComponentRow(*row[_SECOND:]), on[asset.id], row[0]))
    return components


_SPOKEN_OF = """
select exists (select from inventory_finding f where f.organisation = %(party)s and f.gone_at is null
        and f.ecosystem = any(%(ecosystems)s) and f.name = any(%(names)s))
    or exists (select from inventory_finding f where f.organisation = %(party)s and f.gone_at is null
        and f.subject_ecosystem = any(%(kinds)s) and f.subject = any(%(subjects)s))
"""


def spoken_of(party: UUID, subjects: Collection[tuple[str, str]], packages: Collection[tuple[str, str]]) -> bool:
    """Whether scanners may have said anything about these subjects or packages of an operator.

    Args:
        party: the operator.
        subjects: pairs of ecosystem and name.
        packages: pairs of ecosystem and folded name.
    """
    (kinds, about), (ecosystems, names) = _columns(subjects), _columns(packages)
    values = {"party": party, "kinds": kinds, "subjects": about, "ecosystems": ecosystems, "names": names}
    ((spoken,),) = ask(_SPOKEN_OF, values)
    return bool(spoken)


def _columns(pairs: Collection[tuple[str, str]]) -> tuple[list[str], list[str]]:
    listed = list(pairs)
    return [first for first, _ in listed], [second for _, second in listed]
