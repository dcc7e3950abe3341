"""`levee exposure scan`: one file, one folder, no server; every answer in the words of whoever reads it."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from levee.cli.main import app
from levee.exposure.matching.folder import AdvisoryFolder
from levee.exposure.scan.running import scan
from levee.formats.sarif import read_sarif
from levee.formats.vex import Status, read_vex
from levee.kernel.errors import BadInput
from samples.worlds import WORLDS, write_advisories
from samples.worlds.files import cyclonedx
from samples.worlds.truth import excused

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
OFFICE = b"asset,name,version,ecosystem\nweb-1,lodash,4.17.11,npm\nweb-1,Jinja2,2.0,PyPI\nweb-1,time,0.1.0,crates.io\n"
YAML = """
id: PYSEC-1
modified: 2026-11-20T00:00:00Z
affected:
- package: {ecosystem: PyPI, name: jinja2}
  ranges: [{type: ECOSYSTEM, events: [{introduced: "0"}, {fixed: 2.10}]}]
"""
RUSTSEC = """```toml
[advisory]
id = "RUSTSEC-2020-0071"
package = "time"
date = "2020-11-18"
[versions]
patched = [">= 0.2.23"]
```
# A title
"""


def record(name, package="lodash", fixed="4.17.12", **more):
    ranges = [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": fixed}]}]
    return json.dumps(
        {
            "id": name,
            "modified": "2026-11-20T00:00:00Z",
            "aliases": ["CVE-2099-1"],
            "affected": [{"package": {"ecosystem": "npm", "name": package}, "ranges": ranges}],
            **more,
        }
    )


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "advisories"
    (place / "deep" / "er").mkdir(parents=True)
    (place / "deep" / "er" / "one.json").write_text(record("ADV-1"))
    (place / "gone.json").write_text(record("ADV-2", withdrawn="2026-11-21T00:00:00Z"))
    (place / "py.yaml").write_text(YAML)
    (place / "RUSTSEC-2020-0071.md").write_text(RUSTSEC)
    (place / "bad.json").write_text("{")
    return place


@pytest.fixture
def match(folder, tmp_path):
    def match(data=OFFICE, statements=()):
        opened = AdvisoryFolder(folder, cache=tmp_path / "cache")
        opened.refresh()
        return scan(data, filename="office.csv", advisories=opened, now=NOW, statements=statements)

    return match


def names(found):
    return sorted(each.record.name for each in found.found)


def test_every_kind_of_advisory_in_the_folder_counts(match):
    found = match()
    assert names(found) == ["ADV-1", "PYSEC-1", "RUSTSEC-2020-0071"]
    assert found.advisories == 4
    assert [each.place.rpartition("/")[2] for each in found.refused] == ["bad.json"]


def test_what_is_no_advisory_says_where_it_belongs(match, folder):
    (folder / "kev.json").write_text(json.dumps({"catalogVersion": "1", "vulnerabilities": []}))
    (folder / "vex.json").write_text(json.dumps({"@context": "https://openvex.dev/ns/v0.2.0", "statements": []}))
    told = {each.place.rpartition("/")[2]: each.reason for each in match().refused}
    assert "levee operator pull --from" in told["kev.json"]
    assert "--statements" in told["vex.json"]


def maker(at, **status):
    """A maker's CSAF document about lodash 4.17.11 on this machine."""
    product = {
        "name": "lodash 4.17.11",
        "product_id": "P1",
        "product_identification_helper": {"purl": "pkg:npm/lodash@4.17.11"},
    }
    impact = {"category": "impact", "details": "Built without it.", "product_ids": ["P1"]}
    return json.dumps(
        {
            "document": {
                "csaf_version": "2.0",
                "title": "lodash",
                "publisher": {"name": "Maker"},
                "tracking": {"id": "M-1", "current_release_date": at, "initial_release_date": at},
            },
            "product_tree": {"full_product_names": [product]},
            "vulnerabilities": [{"cve": "CVE-2099-1", "product_status": status, "threats": [impact]}],
        }
    )


def test_what_a_document_in_the_folder_calls_not_affected_is_excused(match, folder):
    (folder / "maker.json").write_text(maker("2026-11-20T00:00:00Z", known_not_affected=["P1"]))
    found = match()
    assert names(found) == ["PYSEC-1", "RUSTSEC-2020-0071"]
    assert [each.because for each in found.excused] == ["not affected, Built without it. (Maker, M-1, 2026-11-20)"]
    (folder / "maker.json").write_text(maker("2026-11-21T00:00:00Z", known_affected=["P1"]))
    os.utime(folder / "maker.json", ns=(2, 2))
    found = match()
    assert found.excused == ()
    assert "M-1" in names(found)


def test_a_match_names_the_folder_the_file_and_the_state_of_it(match, folder):
    (told,) = (each.explanation for each in match().found if each.record.name == "ADV-1")
    data = (folder / "deep" / "er" / "one.json").read_bytes()
    assert (told.source.name, told.source.place) == (str(folder), "deep/er/one.json")
    assert told.source.digest == hashlib.sha256(data).hexdigest()
    assert told.source.at[:4] >= "2026"
    assert str(told.source).startswith(f"{folder}, deep/er/one.json, taken in ")


def test_a_second_look_sees_what_is_new_changed_and_gone(match, folder):
    match()
    (folder / "new.json").write_text(record("ADV-3"))
    (folder / "py.yaml").unlink()
    (folder / "deep" / "er" / "one.json").write_text(record("ADV-1", fixed="4.0.0"))
    os.utime(folder / "deep" / "er" / "one.json", ns=(1, 1))
    (folder / "bad.json").write_text(record("ADV-4", package="elsewhere"))
    found = match()
    assert names(found) == ["ADV-3", "RUSTSEC-2020-0071"]
    assert found.refused == ()


def broken(path):
    path.write_bytes(b"no database")


def older(path):
    with sqlite3.connect(path) as index:
        index.execute("pragma user_version = 999")


@pytest.mark.parametrize("harm", [broken, older])
def test_an_index_that_is_broken_or_of_another_edition_is_made_anew(match, tmp_path, harm):
    match()
    (index,) = (tmp_path / "cache").iterdir()
    harm(index)
    assert names(match()) == ["ADV-1", "PYSEC-1", "RUSTSEC-2020-0071"]


def test_without_a_place_for_the_index_the_answer_is_the_same(folder, tmp_path):
    (tmp_path / "file").write_text("in the way")
    opened = AdvisoryFolder(folder, cache=tmp_path / "file")
    opened.refresh()
    found = scan(OFFICE, filename="office.csv", advisories=opened, now=NOW)
    assert names(found) == ["ADV-1", "PYSEC-1", "RUSTSEC-2020-0071"]


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no such folder"):
        AdvisoryFolder(tmp_path / "none")


@pytest.fixture
def run(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    office = tmp_path / "office.csv"
    office.write_bytes(OFFICE + b"web-1,lodash,nightly,npm\nweb-1,nameless,1,\n")

    def run(*options):
        answer = CliRunner().invoke(app, ["exposure", "scan", str(office), "--advisories", str(folder), *options])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    return run


def test_a_cve_record_counts_for_what_has_nothing_but_a_cpe_and_is_marked_as_a_last_resort(folder, tmp_path, run):
    cpe = "cpe:2.3:o:acme:gate_firmware:{}:*:*:*:*:*:*:*"
    versions = [{"version": "1.0", "lessThan": "1.5", "status": "affected"}]
    product = {"vendor": "Acme", "product": "Gate", "cpes": [cpe.format("*")], "versions": versions}
    document = {
        "dataType": "CVE_RECORD",
        "cveMetadata": {"cveId": "CVE-2099-7", "state": "PUBLISHED", "dateUpdated": "2026-11-02T10:00:00"},
        "containers": {"cna": {"affected": [product]}},
    }
    (folder / "CVE-2099-7.json").write_text(json.dumps(document))
    rows = (f"gate-{at},Gate,{at},{cpe.format(at)}" for at in ("1.4", "1.5"))
    (tmp_path / "office.csv").write_text("\n".join(["asset,name,version,cpe", *rows]))
    assert "(matched by CPE" in run()
    (found,) = json.loads(run("--json"))["matches"]
    assert (found["vulnerability"], found["certain"]) == ("CVE-2099-7", False)
    assert "a last resort" in json.dumps(found)


@pytest.fixture
def statement(tmp_path):
    path = tmp_path / "maker.json"
    said = {
        "vulnerability": {"name": "CVE-2099-1"},
        "products": [{"@id": "pkg:npm/lodash"}],  # without a version: it survives an upgrade
        "status": "not_affected",
        "justification": "vulnerable_code_not_present",
    }
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "urn:x",
        "author": "Maker",
        "timestamp": "2026-11-20T09:00:00Z",
        "statements": [said],
    }
    path.write_text(json.dumps(document))
    return str(path)


def test_sarif_is_read_by_a_reader_of_sarif(run, statement):
    log = json.loads(run("--sarif", "--statements", statement))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    (whole,) = log["runs"]
    rules = [rule["id"] for rule in whole["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    for result in whole["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert (result["kind"], result["level"]) in {("fail", "error"), ("open", "none")}
        assert len(result["partialFingerprints"]["component/v1"]) == 64
    read = read_sarif(json.dumps(log).encode())
    assert len(read.findings) == len(whole["results"])
    assert [each.get("suppressions") for each in whole["results"] if each["ruleId"] == "CVE-2099-1"] == [
        [
            {
                "kind": "external",
                "status": "accepted",
                "justification": "not affected, vulnerable code not present (Maker, urn:x, 2026-11-20)",
            }
        ]
    ] * 2
    notes = [note["message"]["text"] for note in whole["invocations"][0]["toolExecutionNotifications"]]
    assert any("bad.json" in note for note in notes)
    assert any("nameless" in note for note in notes)


def test_vex_says_what_is_affected_what_is_open_and_what_is_excused(run, statement):
    said = read_vex(run("--vex").encode()).statements
    assert {(each.product.name, each.status) for each in said} == {
        ("lodash", Status.AFFECTED),
        ("lodash", Status.UNDER_INVESTIGATION),  # a version without an order
        ("jinja2", Status.AFFECTED),
        ("time", Status.AFFECTED),
    }
    said = read_vex(run("--vex", "--statements", statement).encode()).statements
    assert {each.status for each in said if each.product.name == "lodash"} == {Status.NOT_AFFECTED}


def test_an_excused_match_is_shown_with_its_justification(run, statement):
    told = json.loads(run("--json", "--statements", statement))
    assert {each["explanation"]["purl"] for each in told["excused"]} == {
        "pkg:npm/lodash@4.17.11",
        "pkg:npm/lodash@nightly",
    }
    assert "lodash" not in json.dumps(told["actions"])
    assert "vulnerable code not present" in run("--statements", statement)


def test_two_kinds_of_answer_at_once_are_refused(run, folder, tmp_path):
    answer = CliRunner().invoke(app, ["exposure", "scan", str(tmp_path / "office.csv"), "--json", "--vex"])
    assert isinstance(answer.exception, BadInput)


def test_what_a_maker_excuses_is_excused_and_nothing_else(tmp_path):
    world = WORLDS["hospital"](1)
    write_advisories(tmp_path)
    opened = AdvisoryFolder(tmp_path / "osv", cache=tmp_path / "cache")
    opened.refresh()
    said = [each for path in (tmp_path / "vex").iterdir() for each in read_vex(path.read_bytes()).statements]
    found = scan(cyclonedx(world).encode(), filename="f.json", advisories=opened, now=NOW, statements=said)
    assert {(each.found.component.asset.name, each.found.component.name) for each in found.excused} == excused(world)
    assert found.found
