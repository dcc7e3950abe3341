"""Components come out of a bill of materials at any depth, and one that is broken costs no other."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.sbom import read_sbom
from levee.kernel.errors import BadInput, LeveeError, TooLarge


def bom(*components, version="1.6", **more) -> bytes:
    return json.dumps(
        {"bomFormat": "CycloneDX", "specVersion": version, "components": list(components)} | more
    ).encode()


LIBRARY = {"type": "library", "name": "left-pad", "version": "1.3.0", "purl": "pkg:npm/left-pad@1.3.0"}


@pytest.mark.parametrize("version", ["1.2", "1.4", "1.5", "1.6", "1.7"])
def test_components_are_read_at_any_depth_with_their_place(version):
    inner = LIBRARY | {"name": "inner", "purl": None, "group": "@acme"}
    read = read_sbom(bom(LIBRARY, LIBRARY | {"components": [inner]}, version=version))
    assert [component.place for component in read.components] == [
        "/components/0",
        "/components/1",
        "/components/1/components/0",
    ]
    assert (read.components[0].purl, read.components[0].version, read.components[2].group) == (
        LIBRARY["purl"],
        "1.3.0",
        "@acme",
    )
    assert read.format == f"CycloneDX {version}"


def test_what_it_describes_is_kept_apart():
    read = read_sbom(bom(LIBRARY, metadata={"component": {"type": "application", "name": "till"}}))
    assert read.subject.name == "till"
    assert [component.name for component in read.components] == ["left-pad"]


def test_the_source_package_is_found_where_tools_put_it():
    def source(name, value):
        (component,) = read_sbom(bom(LIBRARY | {"properties": [{"name": name, "value": value}]})).components
        return component.source_name

    assert source("aquasecurity:trivy:SrcName", "openssl") == "openssl"
    assert source("syft:metadata:sourceRpm", "openssl-3.0.7-2.el9.src.rpm") == "openssl"
    assert source("colour", "red") == ""


def test_a_package_url_put_into_the_name_is_found():
    (component,) = read_sbom(bom({"name": "pkg:npm/left-pad@1.3.0"})).components
    assert component.purl == "pkg:npm/left-pad@1.3.0"


def test_a_broken_component_is_listed_with_its_place_and_costs_no_other():
    read = read_sbom(bom(LIBRARY, {"version": "1"}, {"name": "x", "properties": [{"name": 3}]}, LIBRARY))
    assert [bad.place for bad in read.not_understood] == ["/components/1", "/components/2/properties/0/name"]
    assert len(read.components) == 2


def test_spdx_is_read_too():
    package = {
        "name": "openssl",
        "versionInfo": "3.0.11",
        "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:deb/debian/openssl@3.0.11"}],
    }
    read = read_sbom(json.dumps({"spdxVersion": "SPDX-2.3", "packages": [package, {"versionInfo": "1"}]}).encode())
    assert [(c.name, c.version, c.purl) for c in read.components] == [
        ("openssl", "3.0.11", "pkg:deb/debian/openssl@3.0.11")
    ]
    assert [bad.place for bad in read.not_understood] == ["/packages/1"]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"{}", "/bomFormat"),
        (b"[]", "/"),
        (b"<bom/>", "line 1, column 1"),
        (bom(version="2.0"), "/specVersion"),
        (b'{"spdxVersion": "SPDX-3.0"}', "/spdxVersion"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": {}}', "/components"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "x"', "line 1, column 77"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [], "components": []}', "/components"),
        (b'{"bomFormat": "CycloneDX", "components": [{"name": "x", "name": "y"}]}', "/components/0/name"),
        (b'{"bomFormat": "CycloneDX", "specVersion": NaN}', "/specVersion"),
        (b'{"bomFormat": "\\ud800"}', "/bomFormat"),
    ],
)
def test_a_file_that_is_no_bill_of_materials_is_refused(data, place):
    with pytest.raises(BadInput) as refusal:
        read_sbom(data)
    assert refusal.value.place == place


def test_bottomless_nesting_is_refused_or_cut_off():
    deep = LIBRARY
    for _ in range(60):
        deep = LIBRARY | {"components": [deep]}
    read = read_sbom(bom(deep))
    assert len(read.components) == 40
    assert "deep" in read.not_understood[0].reason
    with pytest.raises(TooLarge):
        read_sbom(b'{"a":' * 100_000)


KEYS = st.sampled_from(["name", "version", "components", "properties", "purl", "bom-ref", "group"])
JUNK = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=15,
)


@given(st.binary() | st.lists(JUNK).map(lambda c: bom(*c)))
def test_nothing_makes_the_reader_fail_otherwise(data):
    try:
        read_sbom(data)
    except LeveeError as refusal:
        assert refusal.place
