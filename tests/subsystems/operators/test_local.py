"""`levee operator`: a newcomer's way from an empty folder to a confirmed fix and its evidence, in its own processes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from samples import worlds
from samples.worlds.files import cyclonedx
from support.database import root

OUTSIDE = ("LEVEE_DATABASE_URL", "LEVEE_DATABASE_OWNER_URL", "LEVEE_TOKEN_FILE")
NAME = "Low Fell Water District"


@pytest.fixture(scope="module")
def folder():
    made = Path(tempfile.mkdtemp(prefix="local-", dir=root()))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def levee(folder):
    """Runs `levee operator …` in a folder of its own, as on a machine where nothing else is set up."""
    environment = {name: value for name, value in os.environ.items() if name not in OUTSIDE}

    def run(*words, answers="", fails=False):
        done = subprocess.run(
            [sys.executable, "-m", "levee.cli", "operator", *map(str, words)],
            env=environment | {"LEVEE_DATA_FOLDER": str(folder / "house")},
            input=answers,
            capture_output=True,
            text=True,
            check=False,
        )
        assert bool(done.returncode) is fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    return run


@pytest.fixture(scope="module")
def files(folder):
    world = worlds.water(1)
    (folder / "now.cdx.json").write_text(cyclonedx(world))
    (folder / "later.cdx.json").write_text(cyclonedx(worlds.after_fixes(world).world))
    worlds.write_advisories(folder / "advisories")
    return folder


@pytest.fixture(scope="module")
def stocked(levee, files):
    """A machine that has pulled and was told what there is."""
    levee("init", "--name", NAME, "--sector", "water")
    levee("pull", "--from", files / "advisories")
    return json.loads(levee("confirm", files / "now.cdx.json", "--json"))


@pytest.mark.timeout(600)
def test_from_an_empty_folder_to_a_confirmed_fix_and_its_evidence(levee, files, stocked):
    assert (stocked["before"]["open"], stocked["after"]["open"] > 0) == (0, True)
    assert {"asset", "name", "version"} == stocked["diff"]["added"][0].keys()
    first, *_rest = json.loads(levee("list", "--json"))["actions"]
    assert first["exploited"]
    told = levee("show", first["public_id"])
    assert first["title"] in told
    whole = json.loads(levee("show", first["public_id"], "--json"))
    assert all(each["explanation"]["because"] for each in whole["matches"])
    assert NAME in levee("brief")

    levee("done", first["public_id"], "--note", "on Sunday")
    later = levee("confirm", files / "later.cdx.json")
    assert "are confirmed as done" in later

    levee("report", "--out", files / "report")
    document = json.loads((files / "report" / "report.json").read_text())
    states = {each["state"] for each in document["actions"]}
    assert "confirmed" in states
    assert all(each["history"] and each["ledger_positions"] for each in document["actions"])
    proof = (files / "report" / "ledger.jsonl").read_bytes()
    verified = subprocess.run(
        [
            sys.executable,
            "-m",
            "levee.cli",
            "ledger",
            "verify",
            "--export",
            files / "report" / "ledger.jsonl",
            "--json",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(verified.stdout)["problems"] == []
    assert proof.count(b"\n") > len(document["actions"])


@pytest.mark.timeout(600)
def test_what_is_not_known_is_asked_and_an_answer_gives_more_time(levee, files, stocked):
    asked = json.loads(levee("questions", "--json"))
    assert 0 < len(asked) <= 5
    first = max(asked, key=lambda each: each["days"])
    assert f"levee operator answer {first['public_id']} --exposure no" in levee("questions")
    levee("answer", first["public_id"], "--exposure", "no", "--source", "the firewall's rules")
    assert first["public_id"] not in {each["public_id"] for each in json.loads(levee("questions", "--json"))}
    told = [levee("show", each["public_id"]) for each in listed(levee) if each["assets"] == [first["asset_name"]]]
    assert not told or any("the firewall's rules" in each for each in told)


@pytest.mark.timeout(600)
def test_a_makers_word_puts_aside_until_it_is_withdrawn(levee, files, stocked):
    shown = [json.loads(levee("show", each["public_id"], "--json")) for each in listed(levee)[:5]]
    one = next(each for each in shown if all(match["explanation"]["purl"] for match in each["matches"]))
    matches = [each for each in one["matches"] if each["ended_at"] is None]
    assert str(files / "advisories") not in matches[0]["explanation"]["source"]["name"]
    assert len(matches[0]["explanation"]["source"]["digest"]) == 64
    statements = [
        {
            "vulnerability": {"name": each["vulnerability"]},
            "products": [{"@id": each["explanation"]["purl"]}],
            "status": "not_affected",
            "justification": "vulnerable_code_not_present",
        }
        for each in matches
    ]
    document = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:maker:1", "author": "Maker"}
    document |= {"timestamp": "2026-11-28T00:00:00Z", "statements": statements}
    (files / "maker.json").write_text(json.dumps(document))
    told = levee("excuse", files / "maker.json")
    assert "Maker says in urn:maker:1, 2026-11-28: not affected, vulnerable code not present" in told
    name = one["action"]["public_id"]
    assert name not in {each["public_id"] for each in listed(levee)}
    assert "put aside: Maker says" in levee("show", name)
    relied = json.loads(levee("excuse", "--json"))["documents"][0]["public_id"]
    assert "Maker says" not in levee("excuse", "--withdraw", relied)
    assert name in {each["public_id"] for each in listed(levee)}


def listed(levee):
    return json.loads(levee("list", "--all", "--json"))["actions"]


def test_sharing_says_what_would_be_sent_and_sends_nothing_unasked(levee, stocked):
    told = levee("share", "--to", "https://levee.example", answers="n\n")
    assert "nothing was sent" in told
    assert "42 machines, by number" in told
    assert "scada-1" not in told
    assert "https" in levee("share", "--to", "http://levee.example", fails=True)


def test_a_folder_with_a_clearinghouse_is_left_alone(levee, folder, stocked):
    """What it kept of the operator is what tells its own house from another."""
    kept = folder / "house" / "operator.json"
    moved = kept.rename(kept.with_suffix(".away"))
    try:
        told = levee("init", "--name", "Another", fails=True)
        assert "holds a clearinghouse" in " ".join(told.split())
    finally:
        moved.rename(kept)


OF_ONE = """HOSTNAME={name}
PRETTY_NAME="AlmaLinux 8.5"
ID=almalinux
VERSION_ID=8.5
{package} 0 1.2.11 10.el8 x86_64 {package}-1.2.11-10.el8.src.rpm
"""


@pytest.mark.timeout(600)
def test_what_one_machine_lists_of_itself_takes_nothing_from_another(levee, files, stocked):
    for name, package in (("web-1", "zlib"), ("web-2", "bash")):
        (files / f"{name}.txt").write_text(OF_ONE.format(name=name, package=package))
        told = levee("confirm", files / f"{name}.txt")
        assert "1 added, 0 removed" in told
    (files / "web-1.txt").write_text(OF_ONE.format(name="web-1", package="curl"))
    assert "1 added, 1 removed" in levee("confirm", files / "web-1.txt")


@pytest.mark.timeout(600)
def test_a_list_of_other_machines_is_not_taken_for_a_newer_state_of_these(levee, files, stocked):
    (files / "branch.csv").write_text("computer,what,nr,ecosystem\ntill-1,lodash,4.17.11,npm\n")
    columns = ("--column", "name=what", "--column", "version=nr")
    told = levee("confirm", files / "branch.csv", *columns, fails=True)
    assert "none of the machines that are known so far" in told
    assert "--name NAME" in told
    told = levee("confirm", files / "branch.csv", *columns, "--name", "branch")
    assert "1 added, 0 removed" in told
    (files / "branch.csv").write_text("computer,what,nr,ecosystem\ntill-2,lodash,4.17.21,npm\n")
    told = levee("confirm", files / "branch.csv", *columns, "--name", "branch")
    assert "no longer listed, and taken to be gone: till-1" in told
    assert "more than half of what stood here is gone" in told


@pytest.mark.timeout(600)
def test_a_feed_that_shrank_is_kept_out_until_somebody_looked_at_it(levee, files, stocked):
    less = files / "less"
    less.mkdir()
    catalogue = json.loads((files / "advisories" / "kev.json").read_text())
    (less / "kev.json").write_text(json.dumps({**catalogue, "count": 0, "vulnerabilities": []}))
    told = levee("pull", "--from", less, fails=True)
    assert "if you looked at it: --accept" in told
    assert "carried-kev: loaded" in levee("pull", "--from", less, "--accept")
    levee("pull", "--from", files / "advisories", "--accept")
