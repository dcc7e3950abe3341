"""Bills of materials: CycloneDX as JSON and as XML, SPDX as JSON and as tags."""

from __future__ import annotations

import json
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from samples.worlds.files import cyclonedx
from samples.worlds.kinds.kind import Kind, everything
from samples.worlds.world import Asset, World

NAMESPACE = "http://cyclonedx.org/schema/bom/1.6"


def _busiest(world: World) -> Asset:
    return max(world.assets, key=lambda asset: (len(asset.packages), asset.name))


def cyclonedx_xml(world: World) -> bytes:
    """The whole fleet, each machine a device with its software inside."""
    bom = Element("bom", {"xmlns": NAMESPACE, "version": "1"})
    components = SubElement(bom, "components")
    for asset in world.assets:
        device = SubElement(components, "component", {"type": "device", "bom-ref": asset.name})
        SubElement(device, "name").text = asset.name
        facts = SubElement(device, "properties")
        for key in ("owner", "owner_name", "environment", "exposed", "criticality"):
            if value := getattr(asset, key):
                SubElement(facts, "property", {"name": f"levee:{key}"}).text = value
        inside = SubElement(device, "components")
        for package in asset.packages:
            one = SubElement(inside, "component", {"type": "library", "bom-ref": f"{asset.name}/{package.purl}"})
            if package.maker:
                SubElement(SubElement(one, "supplier"), "name").text = package.maker
            SubElement(one, "name").text = package.name
            SubElement(one, "version").text = package.version
            SubElement(one, "purl").text = package.purl
    return _xml(bom)


def spdx_json(world: World) -> bytes:
    """The machine with the most software."""
    asset = _busiest(world)
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": asset.name,
        "documentNamespace": f"https://worlds.example/spdx/{world.name}/{asset.name}",
        "creationInfo": {"created": "2026-11-20T09:00:00Z", "creators": ["Tool: worlds"]},
        "packages": [
            {
                "SPDXID": f"SPDXRef-{number}",
                "name": package.name,
                "versionInfo": package.version,
                "downloadLocation": "NOASSERTION",
                "supplier": f"Organization: {package.maker}" if package.maker else "NOASSERTION",
                "externalRefs": [
                    {
                        "referenceCategory": "PACKAGE-MANAGER",
                        "referenceType": "purl",
                        "referenceLocator": package.purl,
                    }
                ],
            }
            for number, package in enumerate(asset.packages)
        ],
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def spdx_tags(world: World) -> bytes:
    """The same machine as tags and values."""
    asset = _busiest(world)
    lines = [
        "SPDXVersion: SPDX-2.3",
        "DataLicense: CC0-1.0",
        "SPDXID: SPDXRef-DOCUMENT",
        f"DocumentName: {asset.name}",
        f"DocumentNamespace: https://worlds.example/spdx/{world.name}/{asset.name}",
        "Creator: Tool: worlds",
        "Created: 2026-11-20T09:00:00Z",
    ]
    for number, package in enumerate(asset.packages):
        lines += [
            "",
            f"PackageName: {package.name}",
            f"SPDXID: SPDXRef-{number}",
            f"PackageVersion: {package.version}",
            "PackageDownloadLocation: NOASSERTION",
            f"ExternalRef: PACKAGE-MANAGER purl {package.purl}",
        ]
    return ("\n".join(lines) + "\n").encode()


def _xml(root: Element) -> bytes:
    indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"


KINDS = (
    Kind(name="cyclonedx-json", ending=".cdx.json", write=lambda w: cyclonedx(w).encode(), states=everything),
    Kind(name="cyclonedx-xml", ending=".cdx.xml", write=cyclonedx_xml, states=everything),
    Kind(name="spdx-json", ending=".spdx.json", write=spdx_json, states=everything, one=_busiest),
    Kind(name="spdx-tags", ending=".spdx", write=spdx_tags, states=everything, one=_busiest),
)
