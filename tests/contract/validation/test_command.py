"""`levee validation run` judges a proof without a database."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from levee.cli.validation import app
from levee.kernel.errors import BadInput
from levee.settings import settings

INDEX = "module.exports.set = (to, key, name, value) => { to[key][name] = value; };\n"
FIX = """--- a/index.js
+++ b/index.js
@@ -1 +1 @@
-module.exports.set = (to, key, name, value) => { to[key][name] = value; };
+module.exports.set = (to, key, name, value) => { if (Object.hasOwn(to, key)) to[key][name] = value; };
"""
PROOF = {
    "levee": "proof/1",
    "form": "calls",
    "kind": "prototype_pollution",
    "language": "javascript",
    "steps": [{"call": "sample:set", "args": [{}, "__proto__", "{{K}}", "{{V}}"]}],
    "benign": [{"call": "sample:set", "args": [{"a": {}}, "a", "b", "c"]}],
}


@pytest.fixture
def place(tmp_path, monkeypatch, sandbox):
    """A folder with a source target, its fix and a proof; the sandbox is there, or this is skipped."""
    folder = tmp_path / "sample"
    folder.mkdir()
    (folder / "index.js").write_text(INDEX)
    manifest = {"levee": "target/1", "name": "sample", "version": "1.0", "language": "javascript"}
    (folder / "levee-target.json").write_text(json.dumps(manifest))
    (tmp_path / "proof.json").write_text(json.dumps(PROOF))
    (tmp_path / "fix.patch").write_text(FIX)
    monkeypatch.setenv("LEVEE_DATA_FOLDER", str(tmp_path / "data"))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def run(place, *words):
    given = ["run", "--proof", str(place / "proof.json"), "--target", str(place / "sample"), *words]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 0, done.exception
    return done.stdout


def test_a_verdict_is_shown_by_its_four_fields(place):
    shown = run(place, "--contrast-patch", str(place / "fix.patch"))
    for words in ("confirmed", "shown in 3 of 3 runs", "silent", "contract", "reach"):
        assert words in shown


def test_a_verdict_is_printed_as_json_with_its_evidence(place):
    verdict = json.loads(run(place, "--json"))
    assert verdict["result"] == "effect_shown"
    assert len(verdict["evidence_digest"]) == 64
    assert verdict["evidence"]["runs"]


def test_a_proof_without_a_target_is_refused(place):
    done = CliRunner().invoke(app, ["run", "--proof", str(place / "proof.json")])
    assert isinstance(done.exception, BadInput)
    assert done.exception.place == "--target"


def test_nothing_is_left_behind(place, monkeypatch):
    scratch = place / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    run(place)
    assert list(scratch.iterdir()) == []
