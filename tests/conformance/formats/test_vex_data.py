"""The published VEX examples of CycloneDX: each analysis counts for what it names, or is told with its place."""

from __future__ import annotations

import json

import pytest

from levee.formats.vex import read_vex
from levee.kernel.errors import BadInput

ARCHIVE = "sbom/cyclonedx-bom-examples.tar.gz"
PARTIES = ("authors", "supplier", "manufacture", "manufacturer")


@pytest.fixture
def examples(unpacked):
    found = {name: json.loads(data) for name, data in unpacked(ARCHIVE).items() if name.endswith(".json")}
    analysed = {name: document for name, document in found.items() if analyses(document)}
    assert len(analysed) > 20
    return analysed


def analyses(document):
    return sum("analysis" in each for each in document.get("vulnerabilities", ()))


def test_what_nobody_signs_is_refused_by_the_place_where_the_author_belongs(examples):
    for name, document in examples.items():
        if not any(document.get("metadata", {}).get(party) for party in PARTIES):
            with pytest.raises(BadInput) as refusal:
                read_vex(json.dumps(document).encode())
            assert refusal.value.place == "/metadata/authors", name
            assert refusal.value.advice(), name


def test_signed_and_dated_nothing_is_lost_and_nothing_reaches_further_than_its_bill(examples):
    for name, document in examples.items():
        metadata = {"timestamp": "2022-01-01T00:00:00Z", "authors": [{"name": "Acme"}], **document.get("metadata", {})}
        said = read_vex(json.dumps({**document, "metadata": metadata}).encode())
        places = {each.place for each in said.statements} | {place for place, _ in said.not_understood}
        assert len({place.split("/")[2] for place in places}) == analyses(document), name
        for each in said.statements:
            assert each.product.purl, name
            assert each.apart or each.within or each.product.purl == metadata["component"]["purl"], name
