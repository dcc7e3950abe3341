"""Public CycloneDX examples: every component comes out."""

from __future__ import annotations

import json

from levee.formats.purl import parse_purl
from levee.formats.sbom import read_sbom
from levee.formats.sbom_xml import read_cyclonedx_xml
from levee.inventory.reading import read
from levee.kernel.errors import BadInput


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


def test_a_bill_in_xml_states_what_its_twin_in_json_states(unpacked):
    files = unpacked("sbom/cyclonedx-bom-examples.tar.gz")
    twins = [(name, f"{name.removesuffix('.xml')}.json") for name in files if name.endswith(".xml")]
    compared = 0
    for xml, json_ in twins:
        if json_ in files and b"cyclonedx.org/schema/bom" in files[xml][:4096]:
            ours, theirs = read_cyclonedx_xml(files[xml]).components, read_sbom(files[json_]).components
            assert [stated(each) for each in ours] == [stated(each) for each in theirs], xml
            compared += 1
    assert compared


def stated(component):
    return component.type, component.group, component.name, component.version, component.purl


def test_every_file_is_read_as_an_inventory_with_every_row_accounted_for(unpacked):
    read_, refused = 0, []
    for name, data in unpacked("sbom/cyclonedx-bom-examples.tar.gz").items():
        if name.endswith((".json", ".xml")):
            try:
                reading = read(data, name)
            except BadInput as error:
                refused.append((name, str(error)))
                continue
            assert reading.kind.startswith("cyclonedx"), (name, reading.kind)
            assert reading.accounted, name
            read_ += 1
    assert refused == []
    assert read_
