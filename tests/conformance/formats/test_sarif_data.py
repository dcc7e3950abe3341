"""Scanners' own SARIF files: as many findings as upstream counts, where upstream counts results."""

from __future__ import annotations

import json

import pytest

from levee.formats.sarif import read_sarif
from levee.kernel.errors import BadInput

# Upstream makes one finding of each location there; the standard's result is one finding with several locations.
COUNTED_OTHERWISE = {"sarif/mobsfscan.json": 9}
REFUSED = {}


def test_each_file_gives_the_findings_that_upstream_counts(levee_data, unpacked):
    expected = json.loads((levee_data / "scans" / "expected_counts.json").read_text())
    files = unpacked("scans/defectdojo-scans.tar.gz")
    counts = {name: count for name, count in expected.items() if name.startswith("sarif/")}
    assert counts
    for name, count in counts.items():
        if name in REFUSED:
            with pytest.raises(BadInput) as refusal:
                read_sarif(files[name])
            assert refusal.value.place == REFUSED[name]
        else:
            read = read_sarif(files[name])
            assert (len(read.findings), read.faults) == (COUNTED_OTHERWISE.get(name, count), ()), name
