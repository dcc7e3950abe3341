"""What scanners' words mean: severities, dates, identifiers, packages; and the tools' own habits."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.scans import cyber_hygiene, cyclonedx, nessus, npm_audit, tenable_table, trivy, words
from levee.formats.scans.nodes import Node
from levee.formats.scans.opening import Table, json_in, members_in, xml_in
from levee.formats.scans.packages import bounds, nearest, package, package_of_purl
from levee.formats.scans.sketch import sketch
from levee.formats.scans.types import Severity
from levee.kernel.errors import BadInput, TooLarge
from support.scanner_files import HYGIENE, HYGIENE_MITIGATED, NESSUS, NPM_AUDIT, TENABLE, TRIVY


@pytest.mark.parametrize(
    ("text", "is_at"),
    [
        ("2026-11-03T10:00:00Z", datetime(2026, 11, 3, 10, tzinfo=UTC)),
        ("2026-11-03T10:00:00", datetime(2026, 11, 3, 10, tzinfo=UTC)),
        ("2026-11-03T10:00:00.123456789+01:00", datetime(2026, 11, 3, 9, 0, 0, 123456, tzinfo=UTC)),
        ("Tue Nov  3 10:00:00 2026", datetime(2026, 11, 3, 10, tzinfo=UTC)),
        ("Tue Nov 03 10:00:00 UTC 2026", datetime(2026, 11, 3, 10, tzinfo=UTC)),
        ("Nov 3, 2026 10:00:00 UTC", datetime(2026, 11, 3, 10, tzinfo=UTC)),
        ("1793700000", datetime(2026, 11, 3, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_date_without_a_zone_is_taken_as_utc(text, is_at):
    assert words.moment(text) == is_at


@pytest.mark.parametrize("text", ["", "yesterday", "0001-01-01T00:00:00Z", "1990-1sdf", "9999-12-31T23:59:59-14:00"])
def test_what_is_no_date_is_none(text):
    assert words.moment(text) is None


def test_a_month_stands_before_a_day_only_where_the_tool_says_so():
    assert words.moment("11/03/2026 10:00:00") is None
    assert words.moment("11/03/2026 10:00:00", "%m/%d/%Y %H:%M:%S") == datetime(2026, 11, 3, 10, tzinfo=UTC)


@given(st.text(max_size=60))
def test_words_of_any_kind_never_crash(text):
    words.moment(text)
    words.severity(text)
    words.severity_of_score(text)
    words.identifiers(text)
    words.host(text)
    assert "\x00" not in words.line(text)


@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001
def test_a_date_with_a_zone_keeps_its_instant(naive, hours):
    told = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert words.moment(told.isoformat()) == told


def test_identifiers_are_spelt_one_way_and_cves_come_first():
    assert words.identifiers("ghsa-AAAA-bbbb-cccc, cve-2026-1001 and CVE-2026-1001", "RUSTSEC-2026-0001") == (
        "CVE-2026-1001",
        "GHSA-aaaa-bbbb-cccc",
        "RUSTSEC-2026-0001",
    )
    assert words.identifiers("CVE-YYYY-fjiewof", "CVE-26-1") == ()


@pytest.mark.parametrize(
    ("score", "is_severity"),
    [
        ("0", "none"),
        ("0.1", "low"),
        ("4", "medium"),
        ("7.0", "high"),
        ("9", "critical"),
        ("11", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_score_is_named_by_the_scale_of_cvss(score, is_severity):
    assert words.severity_of_score(score) == Severity(is_severity)


@pytest.mark.parametrize(
    ("kind", "name", "release", "purl", "ecosystem", "folded"),
    [
        ("pip", "Jinja2", "", "pkg:pypi/jinja2@1.0", "PyPI", "jinja2"),
        ("npm", "@scope/x", "", "pkg:npm/%40scope/x@1.0", "npm", "@scope/x"),
        ("jar", "org.example:widget", "", "pkg:maven/org.example/widget@1.0", "Maven", "org.example:widget"),
        ("debian", "widget", "12.4", "pkg:deb/debian/widget@1.0?distro=debian-12.4", "Debian", "widget"),
        ("debian:11", "widget", "", "pkg:deb/debian/widget@1.0?distro=debian-11", "Debian", "widget"),
        ("alma", "widget", "9.4", "pkg:rpm/almalinux/widget@1.0?distro=almalinux-9.4", "AlmaLinux", "widget"),
    ],
)
def test_a_package_is_named_as_advisories_name_it(kind, name, release, purl, ecosystem, folded):
    found = package(kind, name, "1.0", release=release)
    assert (found.purl, found.ecosystem, found.name, found.stated) == (purl, ecosystem, folded, name)


def test_a_package_of_an_unknown_kind_keeps_its_own_words():
    assert package("appliance", "Widget OS", "7") == ("Widget OS", "", "", "", "7")
    assert package_of_purl("not a purl", stated="x") == ("x", "", "", "", "")


def test_the_fix_is_the_lowest_above_the_present_version():
    here = package("npm", "widget", "2.1.0")
    assert nearest(here, ["3.0.0", "1.9.9", "2.1.4"]) == "2.1.4"
    assert nearest(here, ["2.1.4"]) == "2.1.4"
    assert nearest(package("", "widget", "2"), ["4", "3"]) == "4, 3"
    assert bounds(">= 2.11.2 < 3.0.0|| >=3.6.4 <4") == ["2.11.2", "3.6.4"]


def test_a_nessus_item_states_its_host_port_versions_and_every_cve():
    scan = nessus.read_xml(xml_in(NESSUS), "office")
    flaw, information = scan.findings
    assert flaw.vulnerabilities == ("CVE-2026-1001", "CVE-2026-1002")
    assert (flaw.asset, flaw.where, flaw.version, flaw.fixed) == ("10.0.0.5", "port 443/tcp", "2.4.49", "2.4.60")
    assert flaw.seen_at == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert flaw.actionable
    assert not information.actionable
    assert scan.hosts[0].addresses == ("web-1.example.org",)


def test_rows_of_one_plugin_on_one_port_are_one_finding_with_all_its_cves():
    flaw, _ = tenable_table.read_table(Table(TENABLE.decode()), "office").findings
    assert flaw.vulnerabilities == ("CVE-2026-1001", "CVE-2026-1002")
    assert flaw.place == "line 2"


def test_an_asset_of_cyber_hygiene_is_exposed_by_its_word():
    table = Table(HYGIENE.decode())
    assert cyber_hygiene.claims_table(table, "findings.csv") == "findings"
    scan = cyber_hygiene.read_table(table, "x", "findings")
    assert (scan.hosts[0].exposed, scan.hosts[0].exposed_by) == (True, "CISA Cyber Hygiene")
    assert scan.hosts[0].seen_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert scan.findings[0].severity is Severity.CRITICAL
    closed = cyber_hygiene.read_table(Table(HYGIENE_MITIGATED.decode()), "x", "mitigated-vulnerabilities").findings[0]
    assert closed.closed == "mitigated"
    assert not closed.actionable


def test_a_risky_service_is_something_to_do_and_an_open_one_is_not():
    table = "ip,port,service\n192.0.2.10,3389,rdp\n"
    for kind, actionable in (("potentially-risky-services", True), ("services", False)):
        (found,) = cyber_hygiene.read_table(Table(table), "x", kind).findings
        assert found.actionable is actionable


def test_an_inventory_that_happens_to_be_called_hosts_is_not_taken_for_cyber_hygiene():
    assert not cyber_hygiene.claims_table(Table("asset,ip,port\nweb-1,10.0.0.1,443\n"), "hosts.csv")
    assert not cyber_hygiene.claims_table(Table("asset,name,version\nweb-1,x,1\n"), "findings.csv")


def test_what_vex_in_a_bill_calls_not_affected_is_settled():
    bom = {
        "bomFormat": "CycloneDX",
        "components": [{"bom-ref": "a", "name": "widget", "version": "1.0", "purl": "pkg:npm/widget@1.0"}],
        "vulnerabilities": [
            {"id": "CVE-2026-1", "affects": [{"ref": "a"}], "analysis": {"state": "not_affected"}},
            {"id": "CVE-2026-10002", "affects": [{"ref": "a"}, {"ref": "urn:cdx:1/1#pkg:npm/other@2"}]},
        ],
    }
    settled, here, there = cyclonedx.read(Node(bom), "shop").findings
    assert settled.closed == "not affected"
    assert (here.purl, there.purl) == ("pkg:npm/widget@1.0", "pkg:npm/other@2")


def test_a_bill_in_xml_states_its_vulnerabilities_alike():
    bom = b"""<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><metadata><component type="application"><name>shop</name>
    </component></metadata><components><component type="library" bom-ref="a"><name>widget</name><version>1.0</version>
    <purl>pkg:npm/widget@1.0</purl></component></components><vulnerabilities><vulnerability><id>CVE-2026-10001</id>
    <ratings><rating><score>9.8</score></rating></ratings><recommendation>Upgrade.</recommendation>
    <affects><target><ref>a</ref></target></affects></vulnerability></vulnerabilities></bom>"""
    tree = xml_in(bom)
    assert cyclonedx.claims_xml(tree)
    (found,) = cyclonedx.read_xml(tree, "x").findings
    assert (found.asset, found.purl, found.severity) == ("shop", "pkg:npm/widget@1.0", Severity.CRITICAL)
    assert found.solution == "Upgrade."


def test_an_audit_that_failed_is_not_a_clean_one():
    with pytest.raises(BadInput, match="could not audit"):
        npm_audit.read(Node({"error": {"code": "ENOAUDIT", "summary": "no registry"}}), "x")


def test_a_part_of_a_report_that_is_no_object_is_a_fault_and_takes_no_other_with_it():
    broken = {**TRIVY, "Results": [{"Target": "x", "Vulnerabilities": [7, {"VulnerabilityID": "CVE-2026-1001"}, {}]}]}
    scan = trivy.read(Node(broken), "x")
    assert [each.place for each in scan.faults] == ["/Results/0/Vulnerabilities/0", "/Results/0/Vulnerabilities/2"]
    assert [each.rule for each in scan.findings] == ["CVE-2026-1001"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.data())
def test_a_wrong_shape_under_any_key_never_crashes_a_reader(data):
    for report, read in ((TRIVY, trivy.read), (NPM_AUDIT, npm_audit.read)):
        changed = dict(report)
        changed[data.draw(st.sampled_from(sorted(report)))] = data.draw(json_values)
        read(Node(changed), "x")


def test_json_lines_and_concatenated_documents_are_one_list():
    assert json_in(b'{"a": 1}\n{"b": 2}\n').value == [{"a": 1}, {"b": 2}]
    assert json_in(b'{"a":\n 1}{"b": 2}').value == [{"a": 1}, {"b": 2}]


def test_json_that_breaks_off_or_is_too_deep_is_refused_with_its_place():
    with pytest.raises(BadInput) as refused:
        json_in(b'{"a": [1, ')
    assert refused.value.place == "line 1, column 11"
    with pytest.raises(TooLarge):
        json_in(b"[" * 70 + b"]" * 70)


@given(st.binary(max_size=80))
def test_an_outline_is_had_of_any_bytes(data):
    assert isinstance(sketch(data), Node)


def test_an_outline_keeps_the_first_element_of_each_list():
    assert sketch(b'{"a": [{"b": [1, 2]}, {"c": 3}], "d": {"e": []}}').value == {"a": [{"b": [1]}], "d": {"e": []}}


def test_an_archive_that_unpacks_to_too_much_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vulnerabilities/a.json", b" " * (40 << 20))
    with pytest.raises(TooLarge):
        members_in(packed.getvalue(), ending=".json")


def test_entities_in_a_report_are_refused():
    with pytest.raises(BadInput) as refused:
        xml_in(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert refused.value.code == "scan.entities"
