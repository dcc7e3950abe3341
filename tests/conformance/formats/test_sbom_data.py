"""Public CycloneDX examples: every component comes out."""

from __future__ import annotations

import json

from levee.formats.purl import parse_purl
from levee.formats.sbom import read_sbom


def count(components) -> int:
    return sum(1 + count(component.get("components")) for component in components or [])


def test_every_component_of_every_example_is_read(unpacked):
    files = {
        name: data for name, data in unpacked("sbom/cyclonedx-bom-examples.tar.gz").items() if name.endswith(".json")
    }
    total = 0
    for name, data in files.items():
        read = read_sbom(data)
        assert len(read.components) == count(json.loads(data).get("components")), name
        assert read.not_understood == ()
        total += len(read.components)
        for component in read.components:
            if component.purl:
                parse_purl(component.purl)
    assert (len(files), total) == (46, 3963)
