# ruff: noqa: E501 - what scanners write
"""Findings of scanners: kept with their source, confirmed and ended by later scans of the same hosts, and by no others."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.inventory import selectors, services
from levee.inventory.subjects import ADVICE, NO_FIX, PRODUCT, UPDATES, subject
from levee.inventory.types import Exposure, StatedFinding
from levee.kernel.errors import NotFound
from levee.policy.actors import OrganisationKind, Role
from support.scanner_files import HYGIENE, HYGIENE_MITIGATED, TRIVY

CSV = b"""asset,name,version,ecosystem,exposed
web-1,lodash,4.17.11,npm,yes
db-1,ini,1.3.5,npm,no
"""


def nessus(*hosts, at="Tue Nov  3 10:00:00 2026"):
    """Hosts with their items: name, address, and pairs of plugin and severity."""
    told = "".join(
        f'<ReportHost name="{name}"><HostProperties><tag name="host-fqdn">{fqdn}</tag>'
        f'<tag name="HOST_END">{at}</tag></HostProperties>'
        + "".join(
            f'<ReportItem port="443" protocol="tcp" severity="{severity}" pluginID="{plugin}" pluginName="Flaw {plugin}">'
            f"<cve>CVE-2026-{plugin}</cve><solution>Change setting {plugin}.</solution></ReportItem>"
            for plugin, severity in items
        )
        + "</ReportHost>"
        for name, fqdn, items in hosts
    )
    return f'<NessusClientData_v2><Report name="r">{told}</Report></NessusClientData_v2>'.encode()


@pytest.fixture
def operator(world):
    return world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)


def taken(operator, data, filename="scan.nessus", name="office"):
    return services.import_file(operator, data, filename=filename, name=name)


def standing(operator, inventory, **only):
    return {(each.asset.name, each.rule) for each in selectors.findings(operator, inventory, **only)}


def test_findings_are_kept_with_their_source_their_place_and_the_date_of_the_scan(operator, world):
    done = taken(operator, nessus(("10.0.0.5", "web-1", [("1001", 3)])))
    assert (done.findings, done.diff.found, done.diff.no_longer_found) == (1, 1, 0)
    (found,) = selectors.findings(operator, done.inventory)
    assert (found.source, found.rule, found.vulnerabilities) == ("Nessus", "1001", ("CVE-2026-1001",))
    assert (found.where, found.place) == ("port 443/tcp", "10.0.0.5/ReportItem[1]")
    assert found.since == found.evidence_at <= world.clock.now()


def test_the_same_scan_again_changes_nothing_and_a_later_one_is_newer_evidence(operator, world):
    first = taken(operator, nessus(("h", "", [("1001", 3)])))
    (before,) = selectors.findings(operator, first.inventory)
    world.clock.advance(timedelta(days=3650))
    again = taken(operator, nessus(("h", "", [("1001", 3)]), at="Wed Nov  4 10:00:00 2026"))
    assert again.diff.empty
    (after,) = selectors.findings(operator, first.inventory)
    assert (after.id, after.since) == (before.id, before.since)
    assert after.evidence_at > before.evidence_at


def test_a_scan_of_some_hosts_ends_nothing_on_hosts_that_it_did_not_look_at(operator):
    first = taken(operator, nessus(("a", "", [("1001", 3), ("1002", 3)]), ("b", "", [("1001", 3)])))
    seen = services.preview(operator, nessus(("a", "", [("1002", 3)])), filename="x.nessus", name="office")
    done = taken(operator, nessus(("a", "", [("1002", 3)])))
    assert (done.diff.no_longer_found, done.diff.gone_assets) == (1, ()) == (seen.diff.no_longer_found, ())
    assert standing(operator, first.inventory) == {("a", "1002"), ("b", "1001")}


def test_a_scan_that_finds_nothing_on_a_host_ends_what_it_found_before(operator):
    first = taken(operator, nessus(("a", "", [("1001", 3)])))
    taken(operator, nessus(("a", "", [])))
    assert standing(operator, first.inventory) == set()
    assert [each.name for each in selectors.assets(operator, first.inventory)] == ["a"]


def test_one_scanner_ends_nothing_of_another(operator):
    first = taken(operator, nessus(("a", "", [("1001", 3)])))
    report = {**TRIVY, "ArtifactName": "a"}
    taken(operator, json.dumps(report).encode(), "t.json")
    assert len(standing(operator, first.inventory)) == 3
    taken(operator, json.dumps({**report, "Results": []}).encode(), "t.json")
    assert standing(operator, first.inventory) == {("a", "1001")}


def test_a_scan_leaves_the_inventory_of_a_host_alone_and_the_inventory_leaves_the_scan(operator):
    first = taken(operator, CSV, "a.csv")
    taken(operator, nessus(("web-1", "", [("1001", 3)]), ("10.0.0.9", "", [("1001", 3)])))
    assert len(selectors.components(operator, first.inventory)) == 2
    again = taken(operator, CSV, "a.csv")
    assert again.diff.empty
    assert standing(operator, first.inventory) == {("web-1", "1001"), ("10.0.0.9", "1001")}
    assert len(selectors.assets(operator, first.inventory)) == 3


def test_a_host_is_known_again_by_any_of_its_addresses(operator):
    first = taken(operator, CSV, "a.csv")
    taken(operator, nessus(("10.0.0.5", "WEB-1", [("1001", 3)])))
    assert standing(operator, first.inventory) == {("web-1", "1001")}


def test_packages_that_a_scan_names_in_passing_are_ended_by_the_same_kind_of_scan_alone(operator):
    report = {**TRIVY, "ArtifactName": "web-1"}
    first = taken(operator, CSV, "a.csv")
    taken(operator, json.dumps(report).encode(), "t.json")
    assert lines(operator, first) == {"lodash", "ini", "libwidget1"}
    taken(operator, CSV, "a.csv")
    assert lines(operator, first) == {"lodash", "ini", "libwidget1"}
    taken(operator, json.dumps({**report, "Results": []}).encode(), "t.json")
    assert lines(operator, first) == {"lodash", "ini"}


def lines(operator, done):
    return {each.name for each in selectors.components(operator, done.inventory)}


def test_what_cyber_hygiene_saw_is_exposed_and_what_it_calls_mitigated_is_settled(operator):
    first = taken(operator, HYGIENE, "findings.csv")
    (asset,) = selectors.assets(operator, first.inventory)
    assert (asset.exposure, asset.exposure_source) == (Exposure.YES, "CISA Cyber Hygiene")
    assert asset.exposure_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert len(standing(operator, first.inventory, only_actionable=True)) == 1
    taken(operator, b"ip,hostname\n192.0.2.10,web-1\n", "hosts.csv")
    assert len(standing(operator, first.inventory, only_actionable=True)) == 1
    done = taken(operator, HYGIENE_MITIGATED, "mitigated-vulnerabilities.csv")
    assert standing(operator, first.inventory, only_actionable=True) == set()
    assert done.diff.no_longer_found == 0


def test_nobody_else_sees_findings(operator, world):
    done = taken(operator, nessus(("a", "", [("1001", 3)])))
    other = world.actor(world.organisation(OrganisationKind.OPERATOR, "Other"), Role.MEMBER)
    with pytest.raises(NotFound):
        selectors.findings(other, done.inventory)
    assert selectors.findings_about(other, {(ADVICE, "Change setting 1001")}, set()) == []


@pytest.mark.parametrize(
    ("said", "is_about"),
    [
        ({"solution": "Upgrade to PHP version 5.3.12 / 5.4.2 or later."}, (PRODUCT, "PHP", "5.3.12")),
        ({"solution": "Upgrade to a version of PHP that is currently supported."}, (PRODUCT, "PHP", "")),
        ({"solution": "Upgrade to Windows 10 version 22H2."}, (PRODUCT, "Windows 10", "22H2")),
        ({"solution": "Upgrade to Snip & Sketch 10.2008.3001.0 for Windows 10, or later."}, (PRODUCT, "Snip & Sketch", "10.2008.3001.0")),
        ({"solution": "Upgrade to Mozilla Firefox 115 or later."}, (PRODUCT, "Mozilla Firefox", "115")),
        ({"solution": "Upgrade to Apache Tomcat version 8.5.78 or later."}, (PRODUCT, "Apache Tomcat", "8.5.78")),
        ({"solution": "Update.", "title": "VMware Tools 10.x / 11.x < 12.2.5 Bypass"}, (PRODUCT, "VMware Tools", "12.2.5")),
        ({"solution": "Update the affected glibc packages."}, (ADVICE, UPDATES, "")),
        ({"solution": "- Enforce message signing. On Windows, see the policy."}, (ADVICE, "Enforce message signing", "")),
        ({"title": "SSL/TLS Diffie-Hellman Modulus <= 1024 Bits"}, (ADVICE, "SSL/TLS Diffie-Hellman Modulus <= 1024 Bits", "")),
        ({"ecosystem": "npm", "name": "lodash", "fixed": "4.17.21"}, ("npm", "lodash", "4.17.21")),
        ({"ecosystem": "npm", "name": "lodash"}, ("npm", "lodash", "")),
        ({"ecosystem": "Debian", "name": "apt", "fixed": "2"}, ("Debian", "apt", "2")),
        ({"ecosystem": "Debian", "name": "apt"}, (ADVICE, NO_FIX.format("Debian"), "")),
        ({"stated": "microsoft windows 11", "fixed": "KB5051989"}, (PRODUCT, "microsoft windows 11", "KB5051989")),
    ],
)  # fmt: skip
def test_a_finding_is_about_the_one_thing_that_has_to_be_changed(said, is_about):
    assert subject(StatedFinding(place="", asset="a", source="s", rule="r", **said)) == is_about


@given(title=st.text(max_size=300), solution=st.text(max_size=400))
def test_every_finding_is_about_something(title, solution):
    about = subject(StatedFinding(place="", asset="a", source="s", rule="r", title=title, solution=solution))
    assert len(about.name) < 130


@pytest.mark.parametrize(
    ("solution", "name", "version"),
    [
        ("Upgrade Django to 4.2.15.", "Django", "4.2.15"),
        ("Upgrade sqlparse to 0.4.2.", "sqlparse", "0.4.2"),
        ("Upgrade openssh-server to 1:9.2p1-2+deb12u3.", "openssh-server", "1:9.2p1-2+deb12u3"),
        ("Upgrade to OpenSSL version 3.0.8 or later.", "OpenSSL", "3.0.8"),
    ],
)
def test_an_advised_upgrade_names_the_product_and_the_version_without_the_words_between(solution, name, version):
    about = subject(StatedFinding(place="", asset="a", source="s", rule="r", title="A flaw", solution=solution))
    assert (about.ecosystem, about.name, about.version) == (PRODUCT, name, version)
