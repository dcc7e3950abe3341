"""The proofs of samples/proofs on the real packages: confirmed, with a contrast that was reached and is silent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from levee.kernel.errors import NotFound, Unavailable
from levee.validation.engine.fetching import fetch_target
from levee.validation.engine.targets import parse_spec
from levee.validation.engine.verdict import Contrast, Reach, Result

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

ROOT = Path(__file__).parents[3]
SAMPLES = sorted((ROOT / "samples" / "proofs").glob("*.json"))
ADVISORIES = {
    *("CVE-2018-1002204", "CVE-2018-13797", "CVE-2019-10744", "CVE-2020-14343", "CVE-2020-7598"),
    *("CVE-2020-7774", "CVE-2020-7788", "CVE-2021-32839", "CVE-2024-41989", "CVE-2024-41990"),
}


@pytest.fixture(scope="session")
def fetched(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")

    def fetch(spec):
        try:
            return fetch_target(spec, folder=folder)
        except Unavailable as error:
            pytest.skip(f"{error}")

    return fetch


def test_there_is_a_proof_for_each_published_flaw():
    assert {json.loads(path.read_text())["advisory"] for path in SAMPLES} == ADVISORIES


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_published_flaw_is_confirmed_and_its_fix_is_silent(judged, fetched, path):
    sample = json.loads(path.read_text())
    target = parse_spec(sample["target"])
    verdict = judged(json.dumps(sample["proof"]).encode(), fetched(target), fetched(target.at(sample["contrast"])))
    assert verdict.result is Result.CONFIRMED, verdict.why
    assert verdict.contrast.state is Contrast.SILENT
    assert verdict.reach is Reach.YES


def test_one_upgrade_fixes_two_causes(engine, fetched):
    """Why an upgrade is no evidence for a merge."""
    names = ("django-floatformat", "django-urlize")
    proofs = [json.loads((ROOT / "samples" / "proofs" / f"{name}.json").read_text())["proof"] for name in names]
    read = [engine.read(json.dumps(proof).encode()) for proof in proofs]
    replayed = engine.replay(fetched("pypi:Django@4.2.14"), read, upgrade=fetched("pypi:Django@4.2.15"))
    assert [one.silent for one in replayed] == [True, True]


def test_a_lock_names_everything_that_a_target_needs(fetched):
    lock = fetched("pypi:Django@4.2.14").lock()
    assert lock[0]["name"] == "django"
    assert {"asgiref", "sqlparse"} <= {item["name"] for item in lock}
    assert all(len(item["sha256"]) == 64 for item in lock)


def test_what_a_registry_does_not_have_is_not_found(fetched):
    for spec in ("npm:minimist@999.0.0", "pypi:sqlparse@999.0"):
        with pytest.raises(NotFound):
            fetched(spec)
