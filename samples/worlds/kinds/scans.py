"""What scanners export: findings, each true. A scanner tells flaws by their CVE name alone."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from samples.worlds.flaws import FLAWS, Flaw
from samples.worlds.kinds.bills import _xml
from samples.worlds.kinds.kind import Kind
from samples.worlds.truth import Truth, truth
from samples.worlds.world import Asset, Package, World

SEEN = "2026-11-20T07:00:00Z"
SERVERS = {"server", "gateway"}
_BY_ID = {flaw.id: flaw for flaw in FLAWS}


def _found(world: World, kinds: Iterable[str]) -> list[tuple[Asset, Truth, Flaw]]:
    assets = {asset.name: asset for asset in world.assets if asset.kind in kinds}
    found = sorted(truth(world), key=lambda each: (each.asset, each.flaw, each.package))
    return [(assets[each.asset], each, _BY_ID[each.flaw]) for each in found if each.asset in assets]


def nessus(world: World) -> bytes:
    """`.nessus`: what a scan of the servers with their credentials found."""
    root = Element("NessusClientData_v2")
    report = SubElement(root, "Report", {"name": "Servers"})
    hosts: dict[str, Element] = {}
    for asset, each, flaw in _found(world, SERVERS):
        if asset.name not in hosts:
            hosts[asset.name] = SubElement(report, "ReportHost", {"name": asset.name})
            tags = SubElement(hosts[asset.name], "HostProperties")
            SubElement(tags, "tag", {"name": "HOST_END"}).text = "Fri Nov 20 07:00:00 2026"
        attributes = {
            "port": "0",
            "svc_name": "general",
            "protocol": "tcp",
            "severity": "4" if flaw.kev else "3",
            "pluginID": str(290_000 + flaw.number),
            "pluginName": flaw.title,
            "pluginFamily": "General",
        }
        item = SubElement(hosts[asset.name], "ReportItem", attributes)
        SubElement(item, "cve").text = flaw.cve
        SubElement(item, "solution").text = f"Upgrade {each.package.name} to {each.fix}." if each.fix else "n/a"
        SubElement(item, "plugin_output").text = (
            f"\n  Package           : {each.package.name}\n  Installed version : {each.package.version}\n"
            f"  Fixed version     : {each.fix or 'none'}\n"
        )
    return _xml(root)


CYHY = (
    "owner", "ip", "port", "protocol", "hostname", "severity", "initial_detection", "latest_detection", "age_days",
    "cvss_base_score", "cve", "name", "description", "solution", "source", "plugin_id", "kev", "kev_ransomware",
)  # fmt: skip


def _outside(asset: Asset, _package: Package) -> bool:
    return asset.exposed == "yes" and asset.kind in SERVERS


def cyhy(world: World) -> bytes:
    """The weekly findings of an outside scan: what can be reached from the internet."""
    out = io.StringIO()
    writer = csv.DictWriter(out, CYHY, lineterminator="\r\n")
    writer.writeheader()
    for asset, each, flaw in _found(world, SERVERS):
        if not _outside(asset, each.package):
            continue
        writer.writerow({
            "owner": world.name.upper(),
            "ip": asset.name,
            "port": "443",
            "protocol": "tcp",
            "severity": "4" if flaw.kev else "3",
            "initial_detection": "2026-11-13T07:00:00Z",
            "latest_detection": SEEN,
            "age_days": "7",
            "cvss_base_score": "9.8" if flaw.kev else "7.5",
            "cve": flaw.cve,
            "name": flaw.title,
            "description": f"{flaw.title}.",
            "solution": f"Upgrade {each.package.name} to {each.fix}." if each.fix else "n/a",
            "source": "nessus",
            "plugin_id": str(290_000 + flaw.number),
            "kev": str(flaw.kev),
            "kev_ransomware": "False",
        })  # fmt: skip
    return out.getvalue().encode()


def nmap(world: World) -> bytes:
    """`nmap -sV --script vulners`: open ports, and what the script takes their versions for."""
    root = Element("nmaprun", {"scanner": "nmap", "start": "1795158000", "version": "7.95", "xmloutputversion": "1.05"})
    hosts: dict[str, Element] = {}
    for asset, each, flaw in _found(world, SERVERS):
        if not _outside(asset, each.package):
            continue
        if asset.name not in hosts:
            host = SubElement(root, "host", {"endtime": "1795158600"})
            SubElement(host, "status", {"state": "up"})
            names = SubElement(host, "hostnames")
            SubElement(names, "hostname", {"name": asset.name, "type": "user"})
            hosts[asset.name] = SubElement(host, "ports")
        number = str(8000 + len(hosts[asset.name]))
        port = SubElement(hosts[asset.name], "port", {"protocol": "tcp", "portid": number})
        SubElement(port, "state", {"state": "open"})
        SubElement(port, "service", {"name": "http", "product": each.package.name, "version": each.package.version})
        script = SubElement(port, "script", {"id": "vulners", "output": flaw.cve})
        row = SubElement(SubElement(script, "table", {"key": "cpe:/a:worlds"}), "table")
        for key, value in (("id", flaw.cve), ("type", "cve"), ("cvss", "7.5"), ("is_exploit", "false")):
            SubElement(row, "elem", {"key": key}).text = value
    return _xml(root)


TRIVY = {"deb": ("os-pkgs", "debian"), "npm": ("lang-pkgs", "node-pkg"), "pypi": ("lang-pkgs", "python-pkg")}


def _worst(world: World) -> Asset:
    counted = Counter(each.asset for each in truth(world) if each.package.type in TRIVY)
    return max(world.assets, key=lambda asset: (counted[asset.name], asset.name))


def trivy(world: World) -> bytes:
    """`trivy fs --format json` of the machine with the most flaws."""
    chosen = _worst(world)
    found = [each for each in _found(world, {chosen.kind}) if each[0] is chosen and each[1].package.type in TRIVY]
    results = []
    for type_, (class_, name) in TRIVY.items():
        rows = [
            {
                "VulnerabilityID": flaw.cve,
                "PkgName": each.package.name,
                "PkgIdentifier": {"PURL": each.package.purl},
                "InstalledVersion": each.package.version,
                "FixedVersion": each.fix,
                "Status": "fixed" if each.fix else "affected",
                "Title": flaw.title,
                "Severity": "CRITICAL" if flaw.kev else "HIGH",
            }
            for _asset, each, flaw in found
            if each.package.type == type_
        ]
        if rows:
            target = f"{chosen.name} (debian 12)" if type_ == "deb" else name
            results.append({"Target": target, "Class": class_, "Type": name, "Vulnerabilities": rows})
    document = {
        "SchemaVersion": 2,
        "CreatedAt": SEEN,
        "ArtifactName": chosen.name,
        "ArtifactType": "filesystem",
        "Results": results,
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def _on_server(asset: Asset, _package: Package) -> bool:
    return asset.kind in SERVERS


KINDS = (
    Kind(name="nessus", ending=".nessus", write=nessus, states=_on_server, scanner=True),
    Kind(name="cyhy", ending="-findings.csv", write=cyhy, states=_outside, scanner=True),
    Kind(name="nmap", ending="-nmap.xml", write=nmap, states=_outside, scanner=True),
    Kind(
        name="trivy",
        ending="-trivy.json",
        write=trivy,
        states=lambda _a, p: p.type in TRIVY,
        one=_worst,
        scanner=True,
    ),
)
