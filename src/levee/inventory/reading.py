"""Understanding a file: assets and their components, each row accounted for. No database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from levee.formats.inventory_csv import read_inventory_csv
from levee.formats.package_identity import identity_of, purl_of
from levee.formats.purl import make_purl, parse_purl
from levee.formats.sbom import read_sbom
from levee.formats.versions import scheme_of_ecosystem, sort_key
from levee.inventory import words
from levee.inventory.types import (
    Criticality,
    Exposure,
    NotUnderstood,
    Owner,
    Reading,
    StatedAsset,
    StatedComponent,
)
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.formats.inventory_csv import InventoryRow
    from levee.formats.purl import Purl
    from levee.formats.sbom import Sbom, SbomComponent

BY_NAME_ALONE = "it belongs to no ecosystem: only advisories of this clearinghouse are matched to it, by its bare name"
DISTRIBUTIONS = frozenset({"deb", "rpm", "apk"})
_STRICTEST = {Exposure.YES: 2, Exposure.NO: 1, Exposure.UNKNOWN: 0}


def read(data: bytes, filename: str) -> Reading:
    """Read an inventory: CycloneDX or SPDX as JSON, else a CSV whose columns are guessed.

    Args:
        data: the file.
        filename: names the asset where the file names none.

    Raises:
        BadInput: the file as a whole cannot be read; the place says where. TooLarge: over the format's limit.
    """
    sheet = _Sheet(alone=filename.rpartition("/")[2].split(".")[0] or "inventory")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        bom = read_sbom(data)
        _from_sbom(sheet, bom)
        return sheet.reading(bom.format)
    _from_csv(sheet, data)
    return sheet.reading("CSV")


@dataclass(slots=True)
class _Sheet:
    """What was understood so far."""

    alone: str
    assets: dict[str, StatedAsset] = field(default_factory=dict)
    components: dict[tuple[str, ...], StatedComponent] = field(default_factory=dict)
    not_understood: list[NotUnderstood] = field(default_factory=list)
    remarks: list[NotUnderstood] = field(default_factory=list)
    rows: int = 0
    asset_rows: int = 0
    repeated: int = 0

    def asset(self, stated: StatedAsset, place: str) -> None:
        """Add an asset, or what a further row says about it."""
        known = self.assets.get(stated.name)
        self.assets[stated.name] = stated if known is None else self._merged(known, stated, place)

    def _merged(self, known: StatedAsset, stated: StatedAsset, place: str) -> StatedAsset:
        if Exposure.UNKNOWN not in {known.exposure, stated.exposure} and known.exposure is not stated.exposure:
            self.remark(place, stated.name, "rows differ on whether it is exposed: taken as exposed")
        return replace(
            known,
            owner=known.owner or stated.owner,
            owner_name=known.owner_name or stated.owner_name,
            environment=known.environment or stated.environment,
            exposure=max(known.exposure, stated.exposure, key=lambda each: _STRICTEST[each]),
            criticality=known.criticality if known.criticality is not Criticality.UNKNOWN else stated.criticality,
        )

    def component(self, stated: StatedComponent) -> None:
        """Add a component; the same one stated again on the same asset is counted, not kept twice."""
        if stated.identity in self.components:
            self.repeated += 1
        else:
            self.components[stated.identity] = stated

    def remark(self, place: str, stated: str, reason: str) -> None:
        """Say what part of a row, that itself was kept, was not understood."""
        self.remarks.append(NotUnderstood(place=place, stated=stated, reason=reason))

    def reading(self, form: str) -> Reading:
        """All of it."""
        return Reading(
            format=form,
            rows=self.rows,
            assets=tuple(self.assets.values()),
            components=tuple(self.components.values()),
            not_understood=tuple(self.not_understood),
            remarks=tuple(self.remarks),
            asset_rows=self.asset_rows,
            repeated=self.repeated,
        )


def _from_sbom(sheet: _Sheet, bom: Sbom) -> None:
    """A device is an asset, and what is nested in it is on it; everything else is on the file's subject."""
    subject = bom.subject.name if bom.subject else sheet.alone
    devices = {each.place: each.name for each in bom.components if each.type == "device"}
    sheet.rows = len(bom.components) + len(bom.not_understood)
    for each in bom.components:
        if each.place in devices:
            sheet.asset(_device(sheet, each), each.place)
            sheet.asset_rows += 1
            continue
        inside = [place for place in devices if each.place.startswith(f"{place}/")]
        name = devices[max(inside, key=len)] if inside else subject
        if not inside:
            sheet.asset(_device(sheet, bom.subject) if bom.subject else StatedAsset(name=subject), each.place)
        words_used = f"{each.group}/{each.name}" if each.group else each.name
        sheet.component(
            understand(
                StatedComponent(
                    place=each.place,
                    asset=name,
                    stated=f"{words_used} {each.version}".strip(),
                    name=each.name,
                    version=each.version,
                    purl=each.purl,
                ),
                source_name=each.source_name,
            )
        )
    sheet.not_understood += [NotUnderstood(place=bad.place, stated="", reason=bad.reason) for bad in bom.not_understood]


def _device(sheet: _Sheet, device: SbomComponent) -> StatedAsset:
    facts = dict(device.facts)
    return _asset(
        sheet,
        device.place,
        StatedAsset(
            name=device.name,
            owner_name=facts.get("owner_name", ""),
            environment=facts.get("environment", ""),
            exposure=words.exposure(facts.get("exposed", "")),
        ),
        owner=facts.get("owner", ""),
        criticality=facts.get("criticality", ""),
    )


def _from_csv(sheet: _Sheet, data: bytes) -> None:
    understood = read_inventory_csv(data)
    sheet.rows = len(understood.rows) + len(understood.not_understood)
    sheet.not_understood += [
        NotUnderstood(place=f"line {bad.line}", stated=bad.stated, reason=bad.reason)
        for bad in understood.not_understood
    ]
    for heading in understood.ignored:
        sheet.remark("line 1", heading, "nothing was read from this column")
    for row in understood.rows:
        name = row.asset or sheet.alone
        _row_asset(sheet, row, name)
        if row.is_asset_alone:
            sheet.asset_rows += 1
        else:
            sheet.component(_row_component(row, name))


def _row_asset(sheet: _Sheet, row: InventoryRow, name: str) -> None:
    exposure = {True: Exposure.YES, False: Exposure.NO, None: Exposure.UNKNOWN}[row.exposed]
    place = f"line {row.line}"
    stated = StatedAsset(name=name, owner_name=row.owner_name, environment=row.environment, exposure=exposure)
    stated = _asset(sheet, place, stated, owner=row.owner, criticality=row.criticality)
    if stated.owner in {Owner.VENDOR, Owner.MANUFACTURER} and not stated.owner_name:
        stated = replace(stated, owner_name=row.vendor)
    sheet.asset(stated, place)


def _asset(sheet: _Sheet, place: str, stated: StatedAsset, *, owner: str, criticality: str) -> StatedAsset:
    """An asset with the words about its owner and weight understood; words that are not known are remarked on."""
    kind, weight = words.owner(owner), words.criticality(criticality)
    if weight is Criticality.UNKNOWN and not words.says_nothing(criticality):
        sheet.remark(place, criticality, "is not a criticality that Levee knows: high, medium, low")
    if kind is None and not words.says_nothing(owner):
        stated = replace(stated, owner_name=stated.owner_name or owner)  # a person or a team of the operator's own
    return replace(stated, owner=kind, criticality=weight)


def _row_component(row: InventoryRow, asset: str) -> StatedComponent:
    stated = StatedComponent(
        place=f"line {row.line}",
        asset=asset,
        stated=f"{row.name or row.purl} {row.version}".strip(),
        name=row.name,
        version=row.version,
        purl=row.purl,
    )
    return understand(stated, ecosystem=row.ecosystem, source_name=row.source_name, release=row.release)


def understand(
    stated: StatedComponent, *, ecosystem: str = "", source_name: str = "", release: str = ""
) -> StatedComponent:
    """Name a component as advisories would, and give its version a sort key.

    Args:
        stated: as the file states it; `purl` as written there, or empty.
        ecosystem: as the file states it, used where there is no purl.
        source_name: the distribution's source package, where the file states it apart from the purl.
        release: the distribution's release, where the file states it apart from the purl.

    Returns:
        The component with its identity, or with the reason why it has none.
    """
    try:
        purl = _purl(stated, ecosystem, source_name, release)
    except BadInput as error:
        return replace(stated, purl="", unmatchable=f"its package URL cannot be read: {error.message}")
    if purl is None:
        return replace(stated, unmatchable="the file gives it no package URL and no known ecosystem")
    version = stated.version or purl.version
    identity = identity_of(purl)
    if identity is None:
        reason = f"no advisories are kept for packages of the type {purl.type}"
        return replace(stated, purl=str(purl), version=version, unmatchable=reason)
    base = identity.ecosystem.partition(":")[0]
    scheme = scheme_of_ecosystem(base)
    return replace(
        stated,
        purl=str(purl),
        ecosystem=base,
        name=identity.name,
        version=version,
        key=sort_key(scheme, version) if scheme else None,
        unmatchable=BY_NAME_ALONE if purl.type == "generic" else "",
    )


def _purl(stated: StatedComponent, ecosystem: str, source_name: str, release: str) -> Purl | None:
    purl = parse_purl(stated.purl) if stated.purl else purl_of(ecosystem, stated.name, stated.version)
    if purl is None or purl.type not in DISTRIBUTIONS:
        return purl
    known = dict(purl.qualifiers)
    if source_name and "upstream" not in known:
        known["upstream"] = source_name
    if release and "distro" not in known:
        known["distro"] = release
    return make_purl(type=purl.type, namespace=purl.namespace, name=purl.name, version=purl.version, qualifiers=known)
