"""The sheet that an importer fills: what was understood so far, each row accounted for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Unpack

from levee.inventory.types import (
    INVENTORY,
    AssetType,
    Criticality,
    Exposure,
    NotUnderstood,
    Reading,
    StatedAsset,
    StatedComponent,
    StatedFinding,
)
from levee.inventory.understanding import Words, understand
from levee.kernel.progress import nobody

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from levee.inventory.types import Columns
    from levee.kernel.progress import Tell

LONGEST = 500  # bytes of a name or a version: an index holds no more
LONGEST_TEXT = 4096  # characters of what no index holds
STEP = 5000  # rows between two words on how far it is: a tenth of a second
_STRICTEST = {Exposure.YES: 2, Exposure.NO: 1, Exposure.UNKNOWN: 0}


@dataclass(slots=True)
class Sheet:
    """What was understood so far.

    Attributes:
        alone: names the asset of whatever the file puts on no asset.
        form: the format in words, with its version where there is one; the importer's title where it says nothing.
        columns: what a person says about the columns of a spreadsheet; system: about the operating system of a list.
        tell: hears how many rows are understood, of the `expected` ones where the importer says how many those are.
        tables: how the columns of a spreadsheet are read, as the importer says.
        scanners, partial, made_at: as `Reading` says, set by the importer.
        rows: how many rows the file has, counted by the importer or by `row`.
    """

    alone: str
    form: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    system: str = ""
    tell: Tell = nobody
    expected: int | None = None
    tables: list[Columns] = field(default_factory=list)
    scanners: tuple[str, ...] = ()
    partial: bool = False
    made_at: datetime | None = None
    assets: dict[str, StatedAsset] = field(default_factory=dict)
    components: dict[tuple[str, ...], StatedComponent] = field(default_factory=dict)
    findings: dict[tuple[str, ...], StatedFinding] = field(default_factory=dict)
    not_understood: list[NotUnderstood] = field(default_factory=list)
    remarks: list[NotUnderstood] = field(default_factory=list)
    rows: int = 0
    asset_rows: int = 0
    repeated: int = 0
    implied: set[tuple[str, ...]] = field(default_factory=set)

    def asset(self, stated: StatedAsset, place: str) -> None:
        """Add an asset, or what a further row says about it. It counts no row; what cannot be kept is left out."""
        if _unkeepable((stated.name,), (stated.owner_name, stated.environment, stated.exposure_source)):
            return
        known = self.assets.get(stated.name)
        if known is None:
            self.assets[stated.name] = stated
        elif known != stated:
            self.assets[stated.name] = self._merged(known, stated, place)

    def asset_row(self, stated: StatedAsset, place: str) -> None:
        """A row that states an asset and no software."""
        if fault := _unkeepable((stated.name,), (stated.owner_name, stated.environment, stated.exposure_source)):
            self.reject(place, stated.name, fault)
            return
        self._row()
        self.asset_rows += 1
        self.asset(stated, place)

    def component(self, stated: StatedComponent, **more: Unpack[Words]) -> None:
        """A row that states a component; the same one again on the same asset is counted, not kept twice.

        Args:
            stated: as the file states it; `purl` as written there, or empty. Its asset is added where it is not known.
            more: what else the file says of it, as `understand` takes it.
        """
        known = understand(stated, **more)
        identity = known.identity
        if fault := _unkeepable((known.asset, known.name, known.version), (known.purl, known.stated)):
            self.reject(stated.place, stated.stated, fault)
            return
        self._row()
        self._on_asset(stated.asset)
        if identity in self.implied:
            self.implied.discard(identity)
        elif identity in self.components:
            self.repeated += 1
            return
        self.components[identity] = known

    def beside(self, stated: StatedComponent, *, cpe: str = "") -> None:
        """A component that a row states besides something else, which is counted; one that cannot be kept is not."""
        known = understand(stated, cpe=cpe)
        if not _unkeepable((known.asset, known.name, known.version), (known.purl, known.stated)):
            self._imply(known)

    def finding(self, stated: StatedFinding, *, ecosystem: str = "", source_name: str = "", release: str = "") -> None:
        """A row that states a finding; the same one again is counted, not kept twice.

        A package that it names (`stated`, `name` and `version`, and `purl` or `ecosystem`) is a component of its asset
        as well, whether or not another row says so.

        Args:
            stated: as the file states it; `purl` as written there, or empty. Its asset is added where it is not known.
            ecosystem: of its package, as for `component`; so are the others.
            source_name: its source package.
            release: its distribution's release.
        """
        names = (stated.asset, stated.name, stated.version, stated.rule)
        if fault := _unkeepable(names, (stated.purl, stated.stated, stated.fixed, *stated.vulnerabilities)):
            self.reject(stated.place, stated.title, fault)
            return
        self._row()
        if "\0" in f"{stated.title}{stated.where}{stated.solution}":
            stated = replace(
                stated,
                title=stated.title.replace("\0", ""),
                where=stated.where.replace("\0", ""),
                solution=stated.solution.replace("\0", ""),
            )
        self._on_asset(stated.asset)
        if stated.purl or stated.name:
            stated = self._with_package(stated, ecosystem, source_name, release)
        if stated.identity in self.findings:
            self.repeated += 1
        else:
            self.findings[stated.identity] = stated

    def finding_beside(self, stated: StatedFinding) -> None:
        """A finding that a row states beside its component or asset. It counts no row of its own."""
        if not _unkeepable((stated.asset, stated.name, stated.version), (stated.stated,)):
            self.findings.setdefault(stated.identity, stated)

    def reject(self, place: str, stated: str, reason: str) -> None:
        """A row that says nothing that can be kept."""
        self._row()
        self.not_understood.append(NotUnderstood(place=place, stated=stated[:200].replace("\0", ""), reason=reason))

    def remark(self, place: str, stated: str, reason: str) -> None:
        """Say what part of a row, that itself was kept, was not understood. It counts no row."""
        self.remarks.append(NotUnderstood(place=place, stated=stated[:200].replace("\0", ""), reason=reason))

    def reading(self, kind: str, title: str) -> Reading:
        """All of it."""
        return Reading(
            kind=kind,
            format=self.form or title,
            rows=self.rows,
            assets=tuple(self.assets.values()),
            components=tuple(self.components.values()),
            findings=tuple(self.findings.values()),
            not_understood=tuple(self.not_understood),
            remarks=tuple(self.remarks),
            asset_rows=self.asset_rows,
            repeated=self.repeated,
            implied=len(self.implied),
            beside=sum(each.source == INVENTORY for each in self.findings.values()),
            tables=tuple(self.tables),
            system=self.system,
            scanners=self.scanners,
            partial=self.partial,
            made_at=self.made_at or self._seen_last(),
        )

    def _seen_last(self) -> datetime | None:
        """When a scanner looked last, which is when its file was made."""
        seen = [each.seen_at for each in self.findings.values() if each.seen_at] if self.partial else []
        return max(seen, default=None)

    def _row(self) -> None:
        self.rows += 1
        if self.rows % STEP == 0:
            self.tell("rows read", self.rows, self.expected)

    def _on_asset(self, name: str) -> None:
        if name not in self.assets:
            self.assets[name] = StatedAsset(name=name)

    def _merged(self, known: StatedAsset, stated: StatedAsset, place: str) -> StatedAsset:
        if Exposure.UNKNOWN not in {known.exposure, stated.exposure} and known.exposure is not stated.exposure:
            self.remark(place, stated.name, "rows differ on whether it is exposed: taken as exposed")
        surer = max(known, stated, key=lambda each: _STRICTEST[each.exposure])
        return replace(
            known,
            owner=known.owner or stated.owner,
            owner_name=known.owner_name or stated.owner_name,
            environment=known.environment or stated.environment,
            exposure=surer.exposure,
            exposure_source=surer.exposure_source,
            exposure_at=surer.exposure_at,
            criticality=known.criticality if known.criticality is not Criticality.UNKNOWN else stated.criticality,
            type=known.type if known.type is not AssetType.UNKNOWN else stated.type,
            window=known.window or stated.window,
            addresses=tuple(dict.fromkeys([*known.addresses, *stated.addresses])),
        )

    def _with_package(self, stated: StatedFinding, ecosystem: str, source_name: str, release: str) -> StatedFinding:
        package = understand(
            StatedComponent(
                place=stated.place,
                asset=stated.asset,
                stated=stated.stated or f"{stated.name or stated.purl} {stated.version}".strip(),
                name=stated.name,
                version=stated.version,
                purl=stated.purl,
            ),
            ecosystem=ecosystem,
            source_name=source_name,
            release=release,
        )
        self._imply(package)
        return replace(
            stated,
            stated=package.stated,
            purl=package.purl,
            ecosystem=package.ecosystem,
            name=package.name,
            version=package.version,
        )

    def _imply(self, package: StatedComponent) -> None:
        if package.identity not in self.components:
            self.implied.add(package.identity)
            self.components[package.identity] = package


def _unkeepable(names: tuple[str, ...], texts: tuple[str, ...] = ()) -> str:
    """Why the database could not keep a row with these names and texts; empty where it can."""
    joined = "\n".join((*names, *texts))
    if "\0" in joined:
        return "it holds a NUL character"
    if len(joined) > LONGEST // 4:
        if any(len(name.encode()) > LONGEST for name in names):
            return f"a name or version of more than {LONGEST} bytes"
        if any(len(text) > LONGEST_TEXT for text in texts):
            return f"a field of more than {LONGEST_TEXT} characters"
    return ""
