"""Public exports of scanners: how few actions their findings become."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from levee.exposure.matching.folder import AdvisoryFolder
from levee.exposure.scan.running import scan

NOW = datetime(2026, 11, 28, tzinfo=UTC)
LEAST = {
    "tenable/nessus/nessus_with_cvssv3.nessus": 10,
    "tenable/nessus/nessus_new.csv": 10,
    "trivy/legacy_many_vulns.json": 10,
    "ms_defender/defender_error_handling.zip": 10,
    "trivy/issue_10991.json": 2,  # a cluster's settings, most of them wrong once: each is a change of its own
}


@pytest.fixture
def fold(levee_data, unpacked, tmp_path):
    exports = unpacked("scans/defectdojo-scans.tar.gz")

    def fold(name):
        folder = AdvisoryFolder(tmp_path, cache=tmp_path / "cache")
        folder.refresh()
        return scan(exports[name], filename=name.rpartition("/")[2], advisories=folder, now=NOW)

    return fold


@pytest.mark.parametrize("name", LEAST)
def test_ten_matches_and_more_become_one_action_on_the_larger_exports(fold, name):
    found = fold(name)
    assert len(found.found) >= LEAST[name] * len(found.plans)
    assert sum(len(plan.hits) for plan in found.plans) == len(found.found)


def test_every_match_of_a_scanner_says_that_it_is_the_scanners_word(fold):
    found = fold("tenable/nessus/nessus_with_cvssv3.nessus")
    told = {"end of support": "Nessus "}  # what it rests on is the scanner's plugin, and no flaw of its finding
    assert all(
        told.get(each.explanation.end_kind, "the scanner's word") in each.explanation.because for each in found.found
    )
    assert {plan.remedy.package for plan in found.plans} >= {"PHP"}
