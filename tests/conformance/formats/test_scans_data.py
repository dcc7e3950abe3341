"""Public exports of 34 scanners: every file is read, and every count is upstream's or argued here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest

from levee.inventory.reading import read
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.inventory.types import Reading, StatedFinding


class Difference(NamedTuple):
    """Where upstream counts otherwise: how many we keep, how theirs follows from ours, and why ours is right."""

    ours: int
    theirs_of_ours: Callable[[list[StatedFinding]], int]
    why: str


def _kinds(found):
    return len({(each.rule, each.title) for each in found})


def _rules(found):
    return len({each.rule for each in found})


def _on_hosts(found):
    return len({(each.asset, each.rule) for each in found})


def _on_ports(found):
    return len({(each.asset, each.rule, each.where) for each in found})


def _flaws(found):
    return sum(each.severity != "none" for each in found)


def _places(found):
    return sum(len(each.where.split(", ")) for each in found)


ONE_PER_KIND = (
    "upstream keeps one of each kind; each place has to be mended, so we keep each and fold them in the action"
)
DIFFERENCES = {
    "burp/issue4399.xml": Difference(
        441, _rules, "upstream merges by Burp's type number, of which all extensions share one: eight different issues"
    ),
    "burp/one_finding.xml": Difference(3, _kinds, ONE_PER_KIND),
    "burp/seven_findings.xml": Difference(16, _kinds, ONE_PER_KIND),
    "cargo_audit/many_findings.json": Difference(
        13, _flaws, "upstream drops warnings of crates that are yanked or unmaintained; we keep them as information"
    ),
    "generic/generic_report1.csv": Difference(5, _kinds, ONE_PER_KIND),
    "npm_audit/multiple_cwes.json": Difference(
        55, _rules, "upstream keeps one per advisory; two versions of one package that are installed are two upgrades"
    ),
    "nuclei/multiple_v3.json": Difference(6, _kinds, ONE_PER_KIND),
    "qualys_infrascan_webgui/qualys_infrascan_webgui_multiple.xml": Difference(
        24,
        lambda found: sum("/VULN[" in each.place for each in found),
        "upstream drops what Qualys calls practices, services and information; we keep the former as findings (Qualys "
        "itself gives them its highest level here) and the latter two as information",
    ),
    "sarif/mobsfscan.json": Difference(
        9,
        _places,
        "SARIF 3.27.12 gives one result several locations only where all of them have to change: nine findings",
    ),
    "semgrep/repeated_findings.json": Difference(2, _kinds, ONE_PER_KIND),
    "tenable/issue_11102.csv": Difference(3, _on_hosts, "upstream merges two ports of a host; two services are two"),
    "tenable/issue_9612.csv": Difference(3, _on_hosts, "upstream merges two ports of a host; two services are two"),
    "tenable/nessus/nessus_many_vuln2-all.csv": Difference(
        30, _on_ports, "upstream merges two rows of one plugin on one port whose outputs differ: two services behind it"
    ),
    "tenable/nessus/nessus_v_unknown.xml": Difference(
        296, _rules, "upstream merges the seven hosts; each has to be mended, and a later scan may look at one alone"
    ),
    "tenable/nessus/nessus_with_cvssv3.nessus": Difference(
        49, _on_ports, "upstream merges two items of one plugin on one port whose outputs differ"
    ),
    "wazuh/v4-7_many_findings.json": Difference(
        13,
        lambda found: 6 if _kinds(found) == 13 else 0,
        "13 rows with 13 different titles, eleven packages and eleven identifiers; no merging that we can name gives "
        "six except one that ignores which package is affected",
    ),
}
REFUSED = {
    "npm_audit/empty_with_error.json": ("scan.failed", "npm says that it could not audit: that is not a clean result"),
    "nuclei/empty.jsonl": ("inventory.empty", "a file without a byte cannot be told from one that was cut off"),
    "osv_scanner/no_findings.json": (
        "inventory.empty",
        "a file without a byte cannot be told from one that was cut off",
    ),
    "cyclonedx/cyclonedx_bom.xml": ("sbom.version", "CycloneDX 1.0; from 1.4 on it is read, and can state flaws"),
    "cyclonedx/jake.xml": ("sbom.version", "CycloneDX 1.1, as above"),
}


@pytest.fixture
def exports(unpacked):
    return unpacked("scans/defectdojo-scans.tar.gz")


@pytest.fixture
def expected(levee_data):
    return json.loads((levee_data / "scans" / "expected_counts.json").read_text(encoding="utf-8"))


@pytest.fixture
def readings(exports) -> dict[str, Reading]:
    return {name: read(data, name.rpartition("/")[2]) for name, data in exports.items() if name not in REFUSED}


def test_every_export_is_read_or_refused_with_a_reason(exports, readings):
    assert len(exports) == 161
    for name, (code, _) in REFUSED.items():
        with pytest.raises(BadInput) as refused:
            read(exports[name], name)
        assert refused.value.code == code
        assert refused.value.place
    assert set(readings) | set(REFUSED) == set(exports)


def test_no_row_of_an_export_is_dropped(readings):
    """Three rows say nothing that is wrong: two that pip-audit left out itself, one of Trivy's that names no flaw."""
    left_out = {}
    for name, reading in readings.items():
        assert reading.accounted, name
        left_out |= {(name, each.place): each.reason for each in reading.not_understood}
    assert sorted(left_out) == [
        ("pip_audit/many_vulns_new.json", "/dependencies/3"),
        ("pip_audit/zero_vulns_new.json", "/dependencies/2"),
        ("trivy/legacy_trivy_mix.json", "/0/Vulnerabilities/0"),
    ]


def test_every_count_is_upstreams_or_the_difference_is_argued(readings, expected):
    same = 0
    for name, count in expected.items():
        if name in REFUSED:
            assert count == 0
            continue
        found = list(readings[name].findings)
        ours = len(found) + readings[name].repeated
        if name not in DIFFERENCES:
            assert ours == count, name
            same += 1
            continue
        difference = DIFFERENCES[name]
        assert ours == difference.ours, name
        assert difference.theirs_of_ours(found) == count, name
    assert same == len(expected) - len(DIFFERENCES) - len(set(REFUSED) & set(expected))


def test_what_a_scanner_says_of_a_package_is_understood(readings):
    """Wherever a tool names a package manager or a distribution, nearly every package gets an identity."""
    for name, least in (
        ("trivy/legacy_many_vulns.json", 93),
        ("anchore_grype/issue_9618.json", 34),
        ("snyk/single_project_upgrade_libs.json", 254),
        ("osv_scanner/many_findings.json", 65),
        ("npm_audit/multiple_cwes.json", 55),
    ):
        reading = readings[name]
        assert sum(bool(each.ecosystem and each.version) for each in reading.findings) + reading.repeated >= least, name
