"""Exports of vulnerability scanners: what each of them found becomes findings, what it looked at becomes assets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.plain_text import text_of
from levee.formats.scans import (
    aws_inspector,
    bandit,
    burp,
    cargo_audit,
    checkmarx_one,
    cyber_hygiene,
    cyclonedx,
    dependency_check,
    generic,
    github_alerts,
    gitlab_security,
    govulncheck,
    grype,
    ms_defender,
    nessus,
    nexpose,
    nmap,
    npm_audit,
    nuclei,
    openvas,
    osv_scanner,
    pip_audit,
    qualys,
    qualys_table,
    sarif,
    semgrep,
    snyk,
    tenable_table,
    trivy,
    twistlock,
    wazuh,
    zap,
)
from levee.formats.scans.opening import Table, json_in, members_in, xml_in
from levee.formats.scans.types import Severity
from levee.inventory.importers.interface import Importer
from levee.inventory.types import Exposure, StatedAsset, StatedFinding

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan, ScanFinding, ScanHost
    from levee.inventory.importers.sample import Sample
    from levee.inventory.sheet import Sheet


def put(sheet: Sheet, scan: Scan) -> None:
    """Put a scan on the sheet: every finding and fault is a row, and every asset without a finding is one."""
    sheet.form = scan.format
    sheet.partial = True
    sheet.scanners = scan.sources
    found = {each.asset for each in scan.findings}
    for host in scan.hosts:
        add = sheet.asset if host.name in found else sheet.asset_row
        add(_asset(host), host.name)
    _put_findings(sheet, scan)


def add_vulnerabilities(sheet: Sheet, data: bytes) -> None:
    """Add the vulnerabilities that a CycloneDX document in JSON carries beside its components."""
    if b'"vulnerabilities"' in data and cyclonedx.claims(report := json_in(data)):
        scan = cyclonedx.read(report, sheet.alone)
        sheet.scanners = scan.sources
        _put_findings(sheet, scan)


def add_vulnerabilities_xml(sheet: Sheet, data: bytes) -> None:
    """Add the vulnerabilities that a CycloneDX document in XML carries beside its components."""
    if b"vulnerabilit" in data and cyclonedx.claims_xml(bom := xml_in(data)):
        scan = cyclonedx.read_xml(bom, sheet.alone)
        sheet.scanners = scan.sources
        _put_findings(sheet, scan)


def _put_findings(sheet: Sheet, scan: Scan) -> None:
    for finding in scan.findings:
        sheet.finding(_finding(finding))
    for fault in scan.faults:
        sheet.reject(fault.place, fault.stated, fault.reason)


def _asset(host: ScanHost) -> StatedAsset:
    return StatedAsset(
        name=host.name,
        exposure=Exposure.YES if host.exposed else Exposure.UNKNOWN,
        exposure_source=host.exposed_by,
        exposure_at=host.seen_at if host.exposed else None,
        addresses=host.addresses,
    )


def _finding(found: ScanFinding) -> StatedFinding:
    return StatedFinding(
        place=found.place,
        asset=found.asset,
        source=found.source,
        rule=found.rule,
        vulnerabilities=found.vulnerabilities,
        title=found.title,
        severity="" if found.severity is Severity.UNKNOWN else found.severity.value,
        stated=found.stated,
        purl=found.purl,
        ecosystem=found.ecosystem,
        name=found.name,
        version=found.version,
        fixed=found.fixed,
        where=found.where,
        solution=found.solution,
        seen_at=found.seen_at,
        settled=found.closed,
    )


def _json(kind: str, title: str, claims: Callable[[Node], bool], read: Callable[[Node, str], Scan]) -> Importer:
    return Importer(
        kind=kind,
        title=title,
        recognises=lambda sample: sample.is_json and claims(sample.json_sketch),
        read=lambda sheet, data: put(sheet, read(json_in(data), sheet.alone)),
    )


def _xml(kind: str, title: str, tags: frozenset[str], read: Callable[[Element, str], Scan]) -> Importer:
    return Importer(
        kind=kind,
        title=title,
        recognises=lambda sample: sample.xml_root is not None and sample.xml_root.tag in tags,
        read=lambda sheet, data: put(sheet, read(xml_in(data), sheet.alone)),
    )


def _table(kind: str, title: str, claims: Callable[[Table], bool], read: Callable[[Table, str], Scan]) -> Importer:
    return Importer(
        kind=kind,
        title=title,
        recognises=lambda sample: _is_table(sample) and claims(Table(sample.head)),
        read=lambda sheet, data: put(sheet, read(Table(text_of(data)), sheet.alone)),
    )


def _is_table(sample: Sample) -> bool:
    return not sample.is_json and sample.xml_root is None and not sample.data.startswith(b"PK")


def _hygiene(kind: str) -> Importer:
    def recognises(sample: Sample) -> bool:
        return _is_table(sample) and cyber_hygiene.claims_table(Table(sample.head), sample.filename) == kind

    def read(sheet: Sheet, data: bytes) -> None:
        put(sheet, cyber_hygiene.read_table(Table(text_of(data)), sheet.alone, kind))

    return Importer(
        kind=f"cyber-hygiene-{kind}", title=f"CISA Cyber Hygiene ({kind})", recognises=recognises, read=read
    )


def _is_sarif(sample: Sample) -> bool:
    return sample.is_json and sarif.claims(sample.json_sketch)


def _read_sarif(sheet: Sheet, data: bytes) -> None:
    put(sheet, sarif.read(data, json_in(data), sheet.alone))


def _is_defender(sample: Sample) -> bool:
    return ms_defender.claims_members([(name, b"") for name in sample.zip_members])


def _read_defender(sheet: Sheet, data: bytes) -> None:
    put(sheet, ms_defender.read_members(members_in(data, ending=".json"), sheet.alone))


IMPORTERS: tuple[Importer, ...] = (
    _xml("nessus", "Nessus (.nessus)", frozenset({"NessusClientData_v2"}), nessus.read_xml),
    _table("tenable-csv", "Nessus and Tenable (CSV)", tenable_table.claims_table, tenable_table.read_table),
    _xml("openvas-xml", "OpenVAS (XML)", frozenset({"report", "get_reports_response"}), openvas.read_xml),
    _table("openvas-csv", "OpenVAS (CSV)", openvas.claims_table, openvas.read_table),
    _xml("qualys-xml", "Qualys (XML)", frozenset({"SCAN", "ASSET_DATA_REPORT"}), qualys.read_xml),
    _table("qualys-csv", "Qualys (CSV)", qualys_table.claims_table, qualys_table.read_table),
    _xml("nexpose-xml", "Nexpose (XML Export 2.0)", frozenset({"NexposeReport"}), nexpose.read_xml),
    _table("nexpose-csv", "Nexpose (CSV)", nexpose.claims_table, nexpose.read_table),
    _xml("nmap", "Nmap (XML)", frozenset({"nmaprun"}), nmap.read_xml),
    _xml("zap-xml", "ZAP (XML)", frozenset({"OWASPZAPReport"}), zap.read_xml),
    _json("zap-json", "ZAP (JSON)", zap.claims, zap.read),
    _xml("burp", "Burp Suite (XML)", frozenset({"issues"}), burp.read_xml),
    _xml("dependency-check", "Dependency-Check (XML)", frozenset({"analysis"}), dependency_check.read_xml),
    _json("trivy", "Trivy (JSON)", trivy.claims, trivy.read),
    _json("grype", "Grype (JSON)", grype.claims, grype.read),
    _json("osv-scanner", "OSV-Scanner (JSON)", osv_scanner.claims, osv_scanner.read),
    Importer(kind="sarif", title="SARIF", recognises=_is_sarif, read=_read_sarif),
    _json("npm-audit", "npm audit (JSON)", npm_audit.claims, npm_audit.read),
    _json("pip-audit", "pip-audit (JSON)", pip_audit.claims, pip_audit.read),
    _json("snyk", "Snyk (JSON)", snyk.claims, snyk.read),
    _json("prisma-json", "Prisma Cloud (JSON)", twistlock.claims, twistlock.read),
    _table("prisma-csv", "Prisma Cloud (CSV)", twistlock.claims_table, twistlock.read_table),
    _json("wazuh", "Wazuh (JSON)", wazuh.claims, wazuh.read),
    _json("bandit", "Bandit (JSON)", bandit.claims, bandit.read),
    _json("semgrep", "Semgrep (JSON)", semgrep.claims, semgrep.read),
    _json("checkmarx-one", "Checkmarx One (JSON)", checkmarx_one.claims, checkmarx_one.read),
    _json("cargo-audit", "cargo audit (JSON)", cargo_audit.claims, cargo_audit.read),
    _json("govulncheck", "govulncheck (JSON)", govulncheck.claims, govulncheck.read),
    _json("nuclei", "Nuclei (JSON)", nuclei.claims, nuclei.read),
    _json("aws-inspector", "Amazon Inspector (JSON)", aws_inspector.claims, aws_inspector.read),
    _json("github-alerts", "GitHub alerts (JSON)", github_alerts.claims, github_alerts.read),
    _json("gitlab-security", "GitLab security report (JSON)", gitlab_security.claims, gitlab_security.read),
    Importer(kind="ms-defender", title="Microsoft Defender (archive)", recognises=_is_defender, read=_read_defender),
    _json("ms-defender-json", "Microsoft Defender (JSON)", ms_defender.claims, ms_defender.read),
    _json("generic-findings-json", "plain findings (JSON)", generic.claims, generic.read),
    _table("generic-findings-csv", "plain findings (CSV)", generic.claims_table, generic.read_table),
    *(_hygiene(kind) for kind in cyber_hygiene.KINDS),
)
