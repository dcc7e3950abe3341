"""A file that is older than what is known takes nothing away, and says so before anything is changed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from levee.inventory import selectors, services
from levee.inventory.reading import read
from levee.inventory.words import moment
from levee.policy.actors import OrganisationKind, Role
from subsystems.inventory.test_findings import nessus

DAY = timedelta(days=1)
STAMP = "2026-11-03T10:00:00Z"
DATED = {
    "a.cdx.json": json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": STAMP},
                              "components": [{"type": "library", "name": "a"}]}),
    "a.cdx.xml": f"""<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><metadata><timestamp>{STAMP}</timestamp></metadata>
        <components><component type="library"><name>a</name></component></components></bom>""",
    "a.spdx.json": json.dumps({"spdxVersion": "SPDX-2.3", "creationInfo": {"created": STAMP},
                               "packages": [{"name": "a"}]}),
    "a.spdx": f"SPDXVersion: SPDX-2.3\nCreated: {STAMP}\nPackageName: a\n",
    "a.nessus": nessus(("web-1", "", [(1, 3)])).decode(),
}  # fmt: skip


@pytest.mark.parametrize("filename", DATED)
def test_a_file_that_says_when_it_was_made_is_of_then(filename):
    reading = read(DATED[filename].encode(), filename)
    assert f"{reading.made_at:%Y-%m-%dT%H:%M:%SZ}" == STAMP
    assert read(DATED[filename].replace(STAMP, "soon").replace("2026<", "<").encode(), filename).made_at is None


@pytest.fixture
def operator(world):
    return world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)


@pytest.fixture
def bom(clock):
    def bom(*packages, days=0):
        made_at = (clock.now() + days * DAY).isoformat()
        parts = [
            {"type": "library", "name": name, "version": version, "purl": f"pkg:npm/{name}@{version}"}
            for name, version in (package.split("@") for package in packages)
        ]
        head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": made_at}}
        return json.dumps({**head, "components": parts}).encode()

    return bom


def held(operator, done):
    return sorted(f"{each.name}@{each.version}" for each in selectors.components(operator, done.inventory))


def taken(operator, data, filename="web.cdx.json"):
    return services.import_file(operator, data, filename=filename, name="office")


def test_an_older_file_adds_what_it_names_and_takes_nothing_away(operator, bom):
    taken(operator, bom("lodash@4.17.21", "ini@1.3.8", days=-1))
    older = bom("lodash@4.17.11", "axios@1.7.7", days=-5)
    seen = services.preview(operator, older, filename="web.cdx.json", name="office")
    (said,) = [each.reason for each in seen.reading.remarks if "taken as the older one" in each.reason]
    assert "no action is confirmed" in said
    assert len(seen.reading.components) == 2
    done = taken(operator, older)
    assert done.diff == seen.diff
    assert (len(done.diff.added), done.diff.removed, done.diff.changed) == (2, (), ())
    assert held(operator, done) == ["axios@1.7.7", "ini@1.3.8", "lodash@4.17.11", "lodash@4.17.21"]
    assert held(operator, taken(operator, bom("lodash@4.17.21"))) == ["lodash@4.17.21"]


def test_a_newer_file_and_one_that_does_not_say_are_taken_as_they_are(operator, bom):
    taken(operator, bom("lodash@4.17.11", "ini@1.3.8", days=-5))
    assert held(operator, taken(operator, bom("lodash@4.17.21", days=-1))) == ["lodash@4.17.21"]
    undated = json.dumps({**json.loads(bom("lodash@4.17.20")), "metadata": {}}).encode()
    assert held(operator, taken(operator, undated)) == ["lodash@4.17.20"]


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "garbage"])
def test_a_time_outside_the_calendar_is_no_time(said):
    assert moment(said) is None


def test_a_clock_that_is_ahead_makes_no_later_file_an_older_one(operator, bom, clock):
    taken(operator, bom("lodash@4.17.11", days=1))
    clock.advance(timedelta(hours=1))
    assert held(operator, taken(operator, bom("lodash@4.17.21"))) == ["lodash@4.17.21"]


def test_components_are_known_to_be_there_as_of_when_their_file_was_made(operator, bom, clock):
    done = taken(operator, bom("lodash@4.17.21", days=-1))
    scan = nessus(("elsewhere", "", [(1, 3)]))
    taken(operator, scan, "scan.nessus")
    (seen,) = [each for each in selectors.components(operator, done.inventory) if each.name == "lodash"]
    assert seen.evidence_at == clock.now() - DAY


def test_an_older_scan_of_a_host_ends_nothing_and_brings_nothing_back(operator):
    mon, tue = "Mon Nov  2 10:00:00 2026", "Tue Nov  3 10:00:00 2026"
    taken(operator, nessus(("web-1", "", [(1, 3), (2, 3)]), at=tue), "scan.nessus")
    older = nessus(("web-1", "", [(1, 3), (3, 3)]), at=mon)
    seen = services.preview(operator, older, filename="scan.nessus", name="office")
    assert [each.reason for each in seen.reading.remarks if "taken as the older one" in each.reason]
    done = taken(operator, older, "scan.nessus")
    assert (done.diff.found, done.diff.no_longer_found) == (0, 0)
    assert {each.rule for each in selectors.findings(operator, done.inventory)} == {"1", "2"}


def test_a_scan_of_other_hosts_is_no_older_one(operator):
    mon, tue = "Mon Nov  2 10:00:00 2026", "Tue Nov  3 10:00:00 2026"
    sun = "Sun Nov  1 10:00:00 2026"
    taken(operator, nessus(("web-2", "", [(1, 3)]), at=sun), "scan.nessus")
    taken(operator, nessus(("web-1", "", [(1, 3)]), at=tue), "scan.nessus")
    done = taken(operator, nessus(("web-2", "", [(2, 3)]), at=mon), "scan.nessus")
    assert (done.diff.found, done.diff.no_longer_found) == (1, 1)
