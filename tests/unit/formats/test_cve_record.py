"""CVE records are read as what they say of products by CPE and version, and of nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.cve_record import cve_as_osv, is_cve_record
from levee.formats.osv import affected_package, osv_record
from levee.formats.package_identity import Identity
from levee.kernel.errors import BadInput

MENDED = [{"at": "1.2", "status": "unaffected"}]
KEYS = ["cna", "adp", "affected", "versions", "cpes", "cpeApplicability", "nodes", "cpeMatch", "status"]
GATE = "cpe:2.3:o:acme:gate_firmware:*:*:*:*:*:*:*:*"


def record(*versions, default="unaffected", cpes=(GATE,), state="PUBLISHED", applicability=()):
    product = {
        "vendor": "Acme",
        "product": "Gate",
        "defaultStatus": default,
        "cpes": list(cpes),
        "versions": [*versions],
    }
    nodes = [{"operator": "OR", "cpeMatch": list(applicability)}]
    return {
        "dataType": "CVE_RECORD",
        "cveMetadata": {"cveId": "CVE-2099-1", "state": state, "dateUpdated": "2026-11-02T10:00:00"},
        "containers": {"cna": {"affected": [product]}, "adp": [{"cpeApplicability": [{"nodes": nodes}]}]},
    }


def hit(document, *versions, name="acme:gate_firmware"):
    advisory = osv_record(cve_as_osv(document))
    return [version for version in versions if affected_package(advisory, Identity("CPE", name), version)]


@pytest.mark.parametrize(
    ("versions", "default", "affected"),
    [
        ([{"version": "1.1", "lessThan": "1.3", "status": "affected"}], "unaffected", ["1.1", "1.2"]),
        ([{"version": "0", "lessThanOrEqual": "1.2", "status": "affected"}], "unaffected", ["1.0", "1.1", "1.2"]),
        ([{"version": "unspecified", "lessThan": "1.1", "status": "affected"}], "unaffected", ["1.0"]),
        ([{"version": "1.2", "status": "affected"}], "unaffected", ["1.2"]),
        ([{"version": "1.2", "lessThan": "*", "status": "affected"}], "unaffected", ["1.2", "1.3"]),
        ([{"version": "1.2", "lessThan": "*", "status": "unaffected"}], "affected", ["1.0", "1.1"]),
        ([{"version": "1.2", "status": "unaffected"}], "unaffected", []),
        ([{"version": "n/a", "status": "affected"}], "unaffected", []),
        ([{"version": "1.0", "lessThan": "*", "status": "affected", "changes": MENDED}], "unaffected", ["1.0", "1.1"]),
        ([{"version": "a1b2", "lessThan": "c3d4", "versionType": "git", "status": "affected"}], "unaffected", []),
        ([], "affected", []),
    ],
)  # fmt: skip
def test_versions_are_read_as_the_format_means_them(versions, default, affected):
    assert hit(record(*versions, default=default), "1.0", "1.1", "1.2", "1.3") == affected


def test_what_nvd_says_of_applicability_counts_and_what_a_product_runs_on_does_not():
    view, box = "cpe:2.3:a:acme:view:*:*:*:*:*:*:*:*", "cpe:2.3:h:acme:box:-:*:*:*:*:*:*:*"
    bounds = {"versionStartIncluding": "2.0", "versionEndExcluding": "3.1"}
    told = record(
        applicability=[
            {"vulnerable": True, "criteria": view, **bounds},
            {"vulnerable": False, "criteria": box},
            {"vulnerable": True, "criteria": "cpe:2.3:a:acme:pin:7:*:*:*:*:*:*:*"},
            {"vulnerable": True, "criteria": "cpe:2.3:a:acme:every:*:*:*:*:*:*:*:*"},
        ]
    )
    assert hit(told, "1.9", "2.0", "3.0", "3.1", name="acme:view") == ["2.0", "3.0"]
    assert hit(told, "6", "7", name="acme:pin") == ["7"]
    assert hit(told, "1", "-", name="acme:box") == hit(told, "1", name="acme:every") == []


def test_a_product_without_a_cpe_and_a_rejected_record_concern_nobody():
    span = {"version": "1.0", "lessThan": "2.0", "status": "affected"}
    assert hit(record(span), "1.5") == ["1.5"]
    assert "affected" not in cve_as_osv(record(span, cpes=()))
    assert hit(record(span, state="REJECTED"), "1.5") == []


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(KEYS),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_a_record_of_another_shape_is_refused_with_its_place_or_read(containers):
    document = {"dataType": "CVE_RECORD", "cveMetadata": {"cveId": "CVE-2099-1"}, "containers": containers}
    assert is_cve_record(json.loads(json.dumps(document)))
    try:
        cve_as_osv(document)
    except BadInput as error:
        assert error.place.startswith("/")
