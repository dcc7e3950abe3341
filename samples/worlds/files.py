"""A world's inventory as files: one CycloneDX for the whole, one for each host, a software CSV and an asset CSV."""

from __future__ import annotations

import csv
import io
import json
import uuid
from pathlib import Path
from typing import Any

from samples.worlds.world import Asset, Package, World

_NAMESPACE = uuid.UUID("5b0fd0a7-8c6b-4f56-9f0e-0d5e4f6b8a11")
SOFTWARE_COLUMNS = (
    "asset",
    "name",
    "version",
    "ecosystem",
    "purl",
    "owner",
    "owner_name",
    "environment",
    "exposed",
    "criticality",
)
ASSET_COLUMNS = ("asset", "kind", "owner", "owner_name", "environment", "exposed", "criticality")


def write(world: World, folder: Path) -> None:
    """Write all files of a world: fleet.cdx.json, software.csv, assets.csv, hosts/NAME.cdx.json."""
    (folder / "hosts").mkdir(parents=True, exist_ok=True)
    (folder / "fleet.cdx.json").write_text(cyclonedx(world), encoding="utf-8")
    (folder / "software.csv").write_text(software_csv(world), encoding="utf-8")
    (folder / "assets.csv").write_text(asset_csv(world), encoding="utf-8")
    for asset in world.assets:
        (folder / "hosts" / f"{asset.name}.cdx.json").write_text(host_cyclonedx(world, asset), encoding="utf-8")


def cyclonedx(world: World) -> str:
    """The whole inventory as CycloneDX 1.6 JSON: a device component for each asset, its software inside it."""
    root = {"type": "application", "name": world.title, "bom-ref": world.name}
    return _bom(world.name, root, [_device(asset, inside=True) for asset in world.assets])


def host_cyclonedx(world: World, asset: Asset) -> str:
    """One host as CycloneDX 1.6 JSON, the host itself in the metadata."""
    return _bom(
        f"{world.name}/{asset.name}", _device(asset, inside=False), [_software(asset, p) for p in asset.packages]
    )


def software_csv(world: World) -> str:
    """One row for each package on each asset, with the asset's facts; an asset without software has a row of its own."""
    rows = []
    for asset in world.assets:
        facts = (asset.owner, asset.owner_name, asset.environment, asset.exposed, asset.criticality)
        for p in asset.packages:
            rows.append((asset.name, p.name, p.version, p.ecosystem, p.purl, *facts))
        if not asset.packages:
            rows.append((asset.name, "", "", "", "", *facts))
    return _csv(SOFTWARE_COLUMNS, rows)


def asset_csv(world: World) -> str:
    """One row for each asset."""
    rows = [(a.name, a.kind, a.owner, a.owner_name, a.environment, a.exposed, a.criticality) for a in world.assets]
    return _csv(ASSET_COLUMNS, rows)


def _csv(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def _bom(serial: str, subject: dict[str, Any], components: list[dict[str, Any]]) -> str:
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, serial)}",
        "version": 1,
        "metadata": {"component": subject},
        "components": components,
    }
    return json.dumps(bom, indent=1, ensure_ascii=False) + "\n"


def _device(asset: Asset, *, inside: bool) -> dict[str, Any]:
    facts = {
        "kind": asset.kind,
        "owner": asset.owner,
        "owner_name": asset.owner_name,
        "environment": asset.environment,
        "exposed": asset.exposed,
        "criticality": asset.criticality,
    }
    device: dict[str, Any] = {
        "type": "device",
        "bom-ref": asset.name,
        "name": asset.name,
        "properties": [{"name": f"levee:{key}", "value": value} for key, value in facts.items() if value],
    }
    if inside:
        device["components"] = [_software(asset, package) for package in asset.packages]
    return device


def _software(asset: Asset, package: Package) -> dict[str, Any]:
    made = {"supplier": {"name": package.maker}} if package.maker else {}
    return {
        "type": {"generic": "firmware" if "firmware" in package.name else "application"}.get(package.type, "library"),
        "bom-ref": f"{asset.name}/{package.purl}",
        **made,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
    }
