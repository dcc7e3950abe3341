"""Software bills of materials: CycloneDX and SPDX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.sbom import read_sbom
from levee.formats.sbom_tags import is_spdx_tags, read_spdx_tags
from levee.formats.sbom_xml import is_cyclonedx, read_cyclonedx_xml
from levee.inventory.importers.asset_facts import stated_asset
from levee.inventory.importers.interface import Importer
from levee.inventory.importers.scanners import add_vulnerabilities, add_vulnerabilities_xml
from levee.inventory.support import state_support
from levee.inventory.types import StatedComponent
from levee.inventory.words import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.formats.sbom import Sbom, SbomComponent
    from levee.inventory.importers.sample import Sample
    from levee.inventory.sheet import Sheet
    from levee.inventory.types import StatedAsset


def _is_cyclonedx(sample: Sample) -> bool:
    return sample.is_json and ("bomFormat" in sample.json_keys or {"specVersion", "components"} <= sample.json_keys)


def _is_spdx(sample: Sample) -> bool:
    return sample.is_json and "spdxVersion" in sample.json_keys


def _read_json(sheet: Sheet, data: bytes) -> None:
    _fill(sheet, read_sbom(data))
    add_vulnerabilities(sheet, data)


def _is_xml(sample: Sample) -> bool:
    return sample.xml_root is not None and is_cyclonedx(*sample.xml_root)


def _read_xml(sheet: Sheet, data: bytes) -> None:
    _fill(sheet, read_cyclonedx_xml(data))
    add_vulnerabilities_xml(sheet, data)


def _is_tags(sample: Sample) -> bool:
    return not sample.is_json and sample.xml_root is None and is_spdx_tags(sample.lines)


def _read_tags(sheet: Sheet, data: bytes) -> None:
    _fill(sheet, read_spdx_tags(data))


def _fill(sheet: Sheet, bom: Sbom) -> None:
    """A device is an asset, and what is nested in it is on it; everything else is on the file's subject.

    A device with a package URL or a CPE of its own is a product as well, which advisories may be about.
    """
    sheet.form, sheet.expected = bom.format, len(bom.components) + len(bom.not_understood)
    sheet.made_at = moment(bom.made_at)
    subject = (bom.subject and bom.subject.name) or sheet.alone
    devices = {each.place: each.name or f"device {each.place}" for each in bom.components if each.type == "device"}
    for each in bom.components:
        if each.place in devices:
            name = devices[each.place]
            sheet.asset_row(_device(sheet, each, name), each.place)
            state_support(sheet, each.place, _support(each), asset=name, about=f"{name} {each.version}".strip())
            if each.purl or each.cpe:
                sheet.beside(_stated(each, name), cpe=each.cpe)
            continue
        around = _around(each.place, devices) if devices else ""
        if bom.subject and not around and subject not in sheet.assets:
            sheet.asset(_device(sheet, bom.subject, subject), bom.subject.place)
        component = _stated(each, around or subject)
        if each.facts:
            state_support(sheet, each.place, _support(each), asset=component.asset, about=component)
        sheet.component(component, source_name=each.source_name, cpe=each.cpe)
    if bom.subject and not sheet.assets:
        sheet.asset(_device(sheet, bom.subject, subject), bom.subject.place)
    for bad in bom.not_understood:
        sheet.reject(bad.place, "", bad.reason)


def _stated(each: SbomComponent, asset: str) -> StatedComponent:
    words_used = f"{each.group}/{each.name}" if each.group else each.name
    return StatedComponent(
        place=each.place,
        asset=asset,
        stated=f"{words_used} {each.version}".strip(),
        name=each.name,
        version=each.version,
        purl=each.purl,
    )


def _support(each: SbomComponent) -> str:
    """Until when the maker mends it, in the file's words: SPDX has a field for that, CycloneDX none."""
    return dict(each.facts).get("end_of_support", "")


def _around(place: str, devices: Mapping[str, str]) -> str:
    """The innermost device that a component is nested in; empty where it is in none."""
    while place := place.rpartition("/")[0]:
        if place in devices:
            return devices[place]
    return ""


def _device(sheet: Sheet, device: SbomComponent, name: str) -> StatedAsset:
    facts = dict(device.facts)
    return stated_asset(
        sheet,
        device.place,
        name,
        {**facts, "type": facts.get("type") or facts.get("kind", ""), "window": facts.get("maintenance_window", "")},
    )


IMPORTERS = (
    Importer(kind="cyclonedx-json", title="CycloneDX (JSON)", recognises=_is_cyclonedx, read=_read_json),
    Importer(kind="cyclonedx-xml", title="CycloneDX (XML)", recognises=_is_xml, read=_read_xml),
    Importer(kind="spdx-tags", title="SPDX (tag-value)", recognises=_is_tags, read=_read_tags),
    Importer(kind="spdx-json", title="SPDX (JSON)", recognises=_is_spdx, read=_read_json),
)
