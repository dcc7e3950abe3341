"""An inventory as it stands, and as a file leaves it: what the file's silence ends, and what it does not.

A file that states an inventory in full ends what it no longer states. A scan speaks of the hosts it looked at alone,
and of the packages on them only where something is wrong with these: it ends nothing but what it named itself before.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max
from msgspec import structs

from levee.inventory import rows, types
from levee.inventory.adding import add_components
from levee.inventory.diffing import diff
from levee.inventory.findings import Change
from levee.inventory.models import Asset, Component, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from levee.inventory.models import Inventory
    from levee.kernel.progress import Tell
    from levee.platform.database.acting import Act

BATCH = 2000


class Present(NamedTuple):
    """A component that is there: its key, the scan that names it in passing (else empty), and what makes it itself."""

    id: UUID
    source: str
    identity: types.Identity

    @property
    def asset(self) -> str:
        """The asset's name."""
        return self.identity[0]


class State:
    """What an inventory holds at present; of an inventory that is not there yet, nothing."""

    def __init__(self, inventory: Inventory | None) -> None:
        mine = {"organisation": inventory.organisation, "inventory": inventory.id} if inventory else {}
        self.every_asset = {row.name: row for row in Asset.unscoped.filter(**mine)} if mine else {}
        self.names = {row.id: row.name for row in self.every_asset.values()}
        listed = Component.unscoped.filter(**mine, gone_at=None) if mine else Component.unscoped.none()
        held = listed.values_list("id", "source", "asset", "ecosystem", "name", "stated", "version", "purl")
        self.components = [
            Present(key, source, (self.names[asset], ecosystem, name or stated, version, purl))
            for key, source, asset, ecosystem, name, stated, version, purl in held
        ]
        self.findings = list(Finding.unscoped.filter(**mine, gone_at=None)) if mine else []
        self._looks: dict[tuple[UUID, str], datetime] | None = None

    def read_as_known(self, reading: types.Reading) -> types.Reading:
        """The reading of a scan with the names by which its hosts are known here already, under any of their addresses.

        A host of that very name is itself.
        """
        if not reading.partial:
            return reading
        known = {name.casefold(): name for name in self.every_asset}
        names = {}
        for asset in reading.assets:
            spelt = (each.casefold() for each in (asset.name, *asset.addresses))
            found = next((known[each] for each in spelt if each in known), asset.name)
            names[asset.name] = asset.name if asset.name in self.every_asset else found
        if all(name == known_as for name, known_as in names.items()):
            return reading
        assets = {names[each.name]: replace(each, name=names[each.name]) for each in reading.assets}
        return replace(
            reading,
            assets=tuple(assets.values()),
            components=tuple(structs.replace(each, asset=names[each.asset]) for each in reading.components),
            findings=tuple(replace(each, asset=names[each.asset]) for each in reading.findings),
        )

    def news_of(self, reading: types.Reading) -> types.Reading:
        """What counts of a reading: of a file that only adds, no silence, and nothing that a later scan did not see."""
        if not reading.adds_only:
            return reading
        return replace(
            reading,
            scanners=(),
            assets=tuple(
                types.StatedAsset(name=each.name) if each.name in self.every_asset else each for each in reading.assets
            ),
            findings=tuple(each for each in reading.findings if not self._seen_since(each)),
        )

    def _seen_since(self, stated: types.StatedFinding) -> bool:
        """Whether the same scanner looked at the asset later: what it does not say any more is not there any more."""
        asset = self.every_asset.get(stated.asset)
        if asset is None or stated.seen_at is None:
            return False
        if self._looks is None:
            ever = Finding.unscoped.filter(organisation=asset.organisation, inventory=asset.inventory)
            found = ever.values_list("asset", "source").annotate(at=Max("evidence_at"))
            self._looks = {(key, source): at for key, source, at in found}
        at = self._looks.get((asset.id, stated.source))
        return at is not None and at > stated.seen_at

    def diff(self, reading: types.Reading) -> types.Diff:
        """What the file changes."""
        spoken_of = {asset.name for asset in reading.assets}
        mine = [each.identity for each in self._mine(reading)]
        others = {each.identity for each in self.components}.difference(mine) if reading.partial else frozenset()
        stated = (each.identity for each in reading.components)
        still = [name for name, row in self.every_asset.items() if row.gone_at is None and name in spoken_of]
        found = diff(
            mine,
            (each for each in stated if each not in others),
            assets_before=[*still, *(row.name for row in self._gone_assets(reading))],
            assets_after=spoken_of,
        )
        change = self.found(reading)
        restated = tuple(self._restated(reading.assets))
        return replace(found, restated=restated, found=len(change.fresh), no_longer_found=len(change.ended))

    def found(self, reading: types.Reading) -> Change:
        """What it changes among the findings."""
        return Change(self.findings, reading, self.names)

    def write(self, act: Act, inventory: Inventory, reading: types.Reading, *, source: str, tell: Tell) -> None:
        """Make it so."""
        assets = self._write_assets(act, inventory, reading, source=source)
        self._write_components(act, inventory, reading, assets, tell)
        self.found(reading).write(act, inventory, assets)

    def _mine(self, reading: types.Reading) -> Iterator[Present]:
        """The components that the file speaks for: what it no longer states of these is gone."""
        looked_at = {asset.name for asset in reading.assets}
        stated = {each.identity for each in reading.components}
        for each in self.components:
            if reading.adds_only and each.identity not in stated:
                continue
            if reading.partial:
                if each.source == reading.kind and each.asset in looked_at:
                    yield each
            elif not each.source or each.identity in stated:
                yield each

    def _gone_assets(self, reading: types.Reading) -> list[Asset]:
        """The assets that an inventory no longer states, and no scan speaks of."""
        if reading.partial or reading.adds_only:
            return []
        stated = {asset.name for asset in reading.assets}
        scanned = {self.names[row.asset] for row in self.findings}
        scanned |= {each.asset for each in self.components if each.source}
        present = (row for row in self.every_asset.values() if row.gone_at is None)
        return [row for row in present if row.name not in stated and row.name not in scanned]

    def _restated(self, stated: Iterable[types.StatedAsset]) -> Iterator[types.Restated]:
        for each in stated:
            row = self.every_asset.get(each.name)
            if row is not None:
                for fact, word in rows.news(row, each).items():
                    yield types.Restated(asset=each.name, fact=fact, before=getattr(row, fact), after=word)

    def _write_assets(
        self, act: Act, inventory: Inventory, reading: types.Reading, *, source: str
    ) -> Mapping[str, UUID]:
        """Keep, add and end assets; the keys of all that the file states, by name."""
        fresh, kept = [], []
        for each in reading.assets:
            row = self.every_asset.get(each.name)
            if row is None:
                fresh.append(rows.new_asset(act, inventory, each, source))
            else:
                kept.append(rows.restate(row, each, source, act.now))
        Asset.unscoped.bulk_create(fresh, batch_size=BATCH)
        Asset.unscoped.bulk_update(kept, rows.ASSET_FACTS, batch_size=BATCH)
        gone = [row.id for row in self._gone_assets(reading)]
        Asset.unscoped.filter(organisation=inventory.organisation, id__in=gone).update(gone_at=act.now)
        return {row.name: row.id for row in [*fresh, *kept]}

    def _write_components(
        self, act: Act, inventory: Inventory, reading: types.Reading, assets: Mapping[str, UUID], tell: Tell
    ) -> None:
        """Leave what is still there as it is, add what is new, and mark what the file speaks for as gone."""
        present: dict[tuple[str, ...], list[UUID]] = defaultdict(list)
        ending: list[UUID] = []
        for known in self._mine(reading):
            (present[known.identity] if known.source == _source(reading) else ending).append(known.id)
        theirs = {known.identity for known in self.components} if reading.partial else frozenset()
        fresh = []
        for each in reading.components:
            if keys := present.get(each.identity):
                keys.pop()
            elif each.identity not in theirs:
                fresh.append(each)
        add_components(act, inventory, fresh, assets, _source(reading), tell)
        ending += [key for keys in present.values() for key in keys]
        _end_components(inventory, ending, act.now)


def _source(reading: types.Reading) -> str:
    return reading.kind if reading.partial else ""


def _end_components(inventory: Inventory, gone: list[UUID], at: datetime) -> None:
    for start in range(0, len(gone), BATCH):
        Component.unscoped.filter(organisation=inventory.organisation, id__in=gone[start : start + BATCH]).update(
            gone_at=at
        )
