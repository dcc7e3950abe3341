"""The flood on the source target, report by report: what is true shows its effect, and nothing else does."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

from levee.validation.engine.build import source_target
from levee.validation.engine.verdict import Result
from samples import flood, tidepack_release

TARGET = "source:tidepack@1.0.0"


@pytest.fixture(scope="module")
def tidepack():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(tidepack_release.TREE, arcname=".")
    return source_target(TARGET, packed.getvalue())


@pytest.mark.parametrize("seed", [1, 2])
def test_every_true_crash_shows_and_no_other_report_does(judged, tidepack, seed):
    secret, seen = flood.truth(seed), {}
    for report in flood.findings(seed):
        finding = report["finding"]
        if finding["target"] == TARGET and "proof" in finding:
            seen[finding["key"]] = judged(json.dumps(finding["proof"]).encode(), tidepack).result
    true = {key for key in seen if secret[key]["label"] in {"true", "duplicate"}}
    assert len(true) >= 20
    assert {key for key, result in seen.items() if result is Result.EFFECT_SHOWN} == true
