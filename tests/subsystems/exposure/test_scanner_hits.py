"""Scanners' findings as exposures: explained, folded per fix, merged with advisories, confirmed by a later scan."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from levee.exposure import selectors, services
from levee.exposure.actions.states import State
from levee.inventory import selectors as inventories
from levee.inventory import services as inventory
from levee.inventory.types import Exposure

DAY = timedelta(days=1)
CSV = b"""asset,name,version,ecosystem,exposed
web-1,lodash,4.17.11,npm,no
"""


def item(plugin, title, *, severity=3, cves=(), solution="", port=443, output=""):
    named = "".join(f"<cve>{each}</cve>" for each in cves)
    return (
        f'<ReportItem port="{port}" protocol="tcp" severity="{severity}" pluginID="{plugin}" pluginName="{title}">'
        f"{named}<solution>{solution}</solution><plugin_output>{output}</plugin_output></ReportItem>"
    )


def nessus(clock, **hosts):
    at = f"{clock.now():%a %b %d %H:%M:%S %Y}"
    told = "".join(
        f'<ReportHost name="{name.replace("_", "-")}"><HostProperties><tag name="HOST_END">{at}</tag></HostProperties>'
        f"{''.join(items)}</ReportHost>"
        for name, items in hosts.items()
    )
    return f'<NessusClientData_v2><Report name="r">{told}</Report></NessusClientData_v2>'.encode()


def trivy(asset, *found, ecosystem="npm"):
    listed = [
        {"VulnerabilityID": cve, "PkgName": name, "InstalledVersion": version, "FixedVersion": fix, "Severity": "HIGH"}
        for cve, name, version, fix in found
    ]
    target = "package-lock.json" if ecosystem == "npm" else "x (debian 12.4)"
    results = [{"Target": target, "Type": ecosystem, "Vulnerabilities": listed}]
    return json.dumps({"SchemaVersion": 2, "ArtifactName": asset, "Results": results}).encode()


PHP = item(
    "1", "PHP &lt; 5.2.1", cves=["CVE-2026-10001", "CVE-2026-10002"], solution="Upgrade to PHP version 5.2.1 or later."
)
PHP_NEXT = item("2", "PHP &lt; 7.3.28", cves=["CVE-2026-10003"], solution="Upgrade to PHP version 7.3.28 or later.")
CIPHERS = item("3", "Weak ciphers", severity=2, solution="Disable the weak ciphers.")
NEWS = item("4", "Scan information", severity=0)


@pytest.fixture
def take_in(operator, house):
    def take_in(data, filename="scan.nessus", name="office"):
        done = inventory.import_file(operator, data, filename=filename, name=name)
        house.work()
        return done

    return take_in


def todo(operator, *states):
    return {each.title: each for each in selectors.actions(operator, states=states or (State.OPEN,))}


def test_findings_with_one_fix_are_one_action_with_every_cve_and_host(operator, take_in, clock):
    take_in(nessus(clock, a=[PHP, PHP_NEXT, CIPHERS, NEWS], b=[PHP_NEXT, CIPHERS]))
    found = todo(operator)
    assert set(found) == {"Upgrade PHP to 7.3.28", "Disable the weak ciphers"}
    php = found["Upgrade PHP to 7.3.28"]
    assert php.assets == ("a", "b")
    assert php.vulnerabilities == ("CVE-2026-10001", "CVE-2026-10002", "CVE-2026-10003")
    assert found["Disable the weak ciphers"].vulnerabilities == ("Nessus 3",)


def test_a_match_says_which_scanner_said_it_when_and_where_and_that_it_is_its_word(operator, take_in, clock):
    take_in(nessus(clock, a=[PHP]))
    (action,) = selectors.actions(operator)
    detail = selectors.action(operator, action.id)
    why = {each.explanation.because for each in detail.matches}
    assert why == {
        f"Nessus 1 said so on {clock.now():%Y-%m-%d}, port 443/tcp: PHP < 5.2.1. "
        "This is the scanner's word; Levee has not checked it."
    }
    assert {each.explanation.advice for each in detail.matches} == {"Upgrade to PHP version 5.2.1 or later."}
    assert "Scan again" in detail.steps.check


def test_information_raises_no_action_and_neither_does_what_is_settled(operator, take_in, clock):
    take_in(nessus(clock, a=[NEWS]))
    take_in(json.dumps({"findings": [{"title": "x", "severity": "High", "is_mitigated": True}]}).encode(), "f.json")
    assert selectors.actions(operator) == []


def test_a_finding_without_a_cve_is_not_assumed_to_be_exploited(operator, take_in, clock):
    take_in(nessus(clock, a=[CIPHERS]))
    (action,) = selectors.actions(operator)
    told = action.timeline.inputs
    assert (told["kev"].value, told["kev"].assumed) == ("no", False)
    assert (told["technical_impact"].value, told["technical_impact"].source) == ("partial", "Nessus")
    assert told["exposed"].assumed
    assert not action.timeline.band.forensics


def test_what_is_known_of_a_cve_dates_a_scanners_finding_too(operator, house, take_in, clock):
    house.publish(
        house.advisory(
            "ADV-9", package="php", aliases=["CVE-2026-10003"], kev=True, automatable=True, technical_impact="total"
        )
    )
    take_in(nessus(clock, a=[PHP_NEXT]))
    (action,) = selectors.actions(operator)
    assert action.exploited
    assert action.timeline.band.days == 3


def test_a_later_scan_of_the_host_confirms_and_one_that_finds_it_again_reopens(operator, take_in, clock):
    take_in(nessus(clock, a=[PHP_NEXT], b=[PHP_NEXT]))
    clock.advance(DAY)
    take_in(nessus(clock, a=[]))
    (action,) = selectors.actions(operator)
    assert action.assets == ("b",)
    clock.advance(DAY)
    take_in(nessus(clock, b=[NEWS]))
    assert set(todo(operator, State.CONFIRMED)) == {"Upgrade PHP to 7.3.28"}
    clock.advance(DAY)
    take_in(nessus(clock, b=[PHP_NEXT]))
    (action,) = selectors.actions(operator)
    assert action.reopened == 1


def test_a_claim_stands_against_a_scan_that_is_older_than_it_and_falls_by_a_newer_one(operator, take_in, clock):
    before = nessus(clock, a=[PHP_NEXT])
    take_in(before)
    clock.advance(DAY)
    (action,) = selectors.actions(operator)
    services.claim(operator, action.id)
    clock.advance(DAY)
    take_in(before)
    assert todo(operator, State.CLAIMED)
    take_in(nessus(clock, a=[PHP_NEXT]))
    assert todo(operator, State.OPEN)


def test_an_advisory_and_a_scanner_that_say_the_same_are_one_match_with_two_sources(operator, house, take_in):
    house.publish(house.advisory("GHSA-1", aliases=["CVE-2026-10004"], fixed="4.17.21"))
    take_in(CSV, "a.csv")
    take_in(trivy("web-1", ("CVE-2026-10004", "lodash", "4.17.11", "4.17.21")), "t.json")
    (action,) = selectors.actions(operator)
    (match,) = selectors.action(operator, action.id).matches
    assert match.explanation.record == "GHSA-1"
    assert [each.partition(" said")[0] for each in match.explanation.also] == ["Trivy CVE-2026-10004"]


def test_an_advisory_that_comes_after_the_scan_takes_its_match_over(operator, house, take_in):
    take_in(CSV, "a.csv")
    take_in(trivy("web-1", ("CVE-2026-10004", "lodash", "4.17.11", "4.17.20")), "t.json")
    assert set(todo(operator)) == {"Upgrade lodash to 4.17.20"}
    house.publish(house.advisory("GHSA-1", aliases=["CVE-2026-10004"], fixed="4.17.21"))
    assert set(todo(operator)) == {"Upgrade lodash to 4.17.21"}
    assert set(todo(operator, State.REPLACED)) == {"Upgrade lodash to 4.17.20"}
    assert not todo(operator, State.CONFIRMED)
    assert not todo(operator, State.RETRACTED)


def test_a_package_that_only_a_scanner_names_is_matched_to_later_advisories(operator, house, take_in):
    take_in(trivy("shop", ("CVE-2026-10004", "lodash", "4.17.11", "4.17.20")), "t.json")
    house.publish(house.advisory("GHSA-2", fixed="4.17.21"))
    (action,) = selectors.actions(operator)
    assert action.title == "Upgrade lodash to 4.17.21"
    assert "GHSA-2" in action.vulnerabilities


def test_packages_of_a_distribution_that_have_no_fix_yet_are_one_action(operator, house, take_in):
    found = [
        ("CVE-2026-10005", "apt", "1.0", ""),
        ("CVE-2026-10006", "bash", "5.0", ""),
        ("CVE-2026-10007", "tar", "1.0", "1.1"),
    ]
    take_in(trivy("shop", *found, ecosystem="debian"), "t.json")
    unfixed = "Let only those who need it reach it: Debian has no fix yet for some of its packages"
    assert set(todo(operator)) == {unfixed, "Upgrade tar to 1.1"}
    house.publish(
        house.advisory("DSA-1", package="apt", ecosystem="Debian:12", aliases=["CVE-2026-10005"], fixed="2.0")
    )
    found = todo(operator)
    assert found[unfixed].vulnerabilities == ("CVE-2026-10006",)
    assert found["Upgrade apt to 2.0"].vulnerabilities == ("CVE-2026-10005",)


def test_running_again_without_news_changes_nothing(operator, house, take_in, clock):
    take_in(nessus(clock, a=[PHP, CIPHERS]))
    before = selectors.actions(operator)
    take_in(nessus(clock, a=[PHP, CIPHERS]))
    assert selectors.actions(operator) == before


def test_an_asset_that_is_stated_as_unreachable_gets_a_milder_date(operator, take_in, clock):
    done = take_in(nessus(clock, a=[PHP_NEXT]))
    (strict,) = selectors.actions(operator)
    (asset,) = inventories.assets(operator, done.inventory)
    inventory.state_asset(operator, asset.id, source="the plan", exposure=Exposure.NO)
    take_in(nessus(clock, a=[PHP_NEXT]))
    (mild,) = selectors.actions(operator)
    assert not mild.timeline.inputs["exposed"].assumed
    assert strict.timeline.inputs["exposed"].assumed
