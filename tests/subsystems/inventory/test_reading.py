import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from levee.formats.versions import sort_key
from levee.inventory.reading import read
from levee.inventory.types import Criticality, Exposure, Owner
from levee.kernel.errors import BadInput

FLEET = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"component": {"type": "application", "name": "Quillbrook Bank"}},
    "components": [
        {
            "type": "device",
            "name": "web-1",
            "properties": [
                {"name": "levee:owner", "value": "vendor"},
                {"name": "levee:owner_name", "value": "Merrow Core"},
                {"name": "levee:exposed", "value": "yes"},
                {"name": "levee:criticality", "value": "high"},
            ],
            "components": [
                {"type": "library", "name": "minimist", "version": "0.0.8", "purl": "pkg:npm/minimist@0.0.8"},
                {"type": "application", "name": "own-tool", "version": "3"},
            ],
        },
        {"type": "device", "name": "desk-1"},
        {"type": "library", "name": 5},
    ],
}


def accounted(reading):
    parts = len(reading.components) + reading.asset_rows + reading.repeated + len(reading.not_understood)
    return reading.rows == parts


def test_devices_are_assets_and_what_is_inside_them_is_on_them():
    reading = read(json.dumps(FLEET).encode(), "fleet.cdx.json")
    web, desk = reading.assets
    assert (web.name, web.owner, web.owner_name) == ("web-1", Owner.VENDOR, "Merrow Core")
    assert (web.exposure, web.criticality) == (Exposure.YES, Criticality.HIGH)
    assert (desk.owner, desk.exposure) == (None, Exposure.UNKNOWN)
    assert [(each.asset, each.name, each.version) for each in reading.components] == [
        ("web-1", "minimist", "0.0.8"),
        ("web-1", "own-tool", "3"),
    ]


def test_what_cannot_be_matched_or_read_is_listed_with_place_and_reason():
    reading = read(json.dumps(FLEET).encode(), "fleet.cdx.json")
    assert [each.unmatchable for each in reading.components] == [
        "",
        "the file gives it no package URL, and no ecosystem",
    ]
    (bad,) = reading.not_understood
    assert bad.place.startswith("/components/2")
    assert accounted(reading)


def test_a_bill_of_materials_of_one_host_is_on_its_subject():
    host = {
        **FLEET,
        "metadata": {
            "component": {"type": "device", "name": "mail-1", "properties": [{"name": "levee:exposed", "value": "no"}]}
        },
        "components": [{"type": "library", "name": "x", "version": "1", "purl": "pkg:pypi/X_y@1"}],
    }
    reading = read(json.dumps(host).encode(), "host.json")
    assert [(asset.name, asset.exposure) for asset in reading.assets] == [("mail-1", Exposure.NO)]
    assert [(each.ecosystem, each.name, each.purl) for each in reading.components] == [
        ("PyPI", "x-y", "pkg:pypi/x-y@1")
    ]


CSV = b"""Hostname;Software;Version;Type;Internet facing;Owner;Criticality;Colour
web-1;minimist;0.0.8;npm;yes;us;high;blue
web-1;minimist;0.0.8;npm;;us;high;blue
pump-2;;;;no;manufacturer;gigantic;
web-1;openssl;3.0.15-1~deb12u1;Debian;no;;;
;;;;;;;
files-1;thing;1.0;;maybe;us;low;
"""


def test_a_spreadsheet_is_read_by_its_headings_and_every_row_is_accounted_for():
    reading = read(CSV, "software list.csv")
    assert accounted(reading)
    assert (reading.rows, len(reading.components), reading.asset_rows, reading.repeated) == (5, 3, 1, 1)
    assert ("line 7", "maybe") in {(each.place, each.stated) for each in reading.remarks}
    assert ("line 1", "Colour") in {(each.place, each.stated) for each in reading.remarks}
    assert ("line 4", "gigantic") in {(each.place, each.stated) for each in reading.remarks}


def test_rows_that_differ_on_exposure_are_taken_at_the_worse_and_said():
    reading = read(CSV, "software list.csv")
    web = next(asset for asset in reading.assets if asset.name == "web-1")
    assert web.exposure is Exposure.YES
    assert any("differ" in each.reason for each in reading.remarks)


def test_a_list_without_a_column_for_the_host_is_about_the_host_that_the_file_is_named_after():
    reading = read(b"name,version,ecosystem\nlodash,4.17.11,npm\n", "backup/portal.csv")
    assert [each.asset for each in reading.components] == ["portal"]
    assert [each.name for each in reading.assets] == ["portal"]


def test_a_distribution_package_is_named_by_its_source_and_ordered_by_its_own_order():
    row = (
        b"host,name,version,purl\na,libssl3,3.0.9-1,pkg:deb/debian/libssl3@3.0.9-1?distro=debian-12&upstream=openssl\n"
    )
    (component,) = read(row, "x.csv").components
    assert (component.ecosystem, component.name, component.stated) == ("Debian", "openssl", "libssl3 3.0.9-1")
    assert component.key is not None


@pytest.mark.parametrize("row", ["a,pkg:pypi/X_y@1.0,,", "a,pkg:pypi/X_y,1.0,", "a,x.y,1.0,PyPI"])
def test_a_package_url_in_the_name_field_is_a_package_url(row):
    (component,) = read(f"host,name,version,ecosystem\n{row}\n".encode(), "x.csv").components
    assert (component.ecosystem, component.name, component.version) == ("PyPI", "x-y", "1.0")


def test_a_package_url_that_cannot_be_read_is_kept_with_the_reason():
    (component,) = read(b"host,name,version,purl\na,left-pad,1,npm:left-pad\n", "x.csv").components
    assert component.unmatchable.startswith("its package URL cannot be read")


@pytest.mark.parametrize("name", ["a\x00b", "n" * 3000])
def test_what_the_database_cannot_keep_is_not_understood(name):
    bom = {**FLEET, "components": [{"type": "library", "name": name}, {"type": "library", "name": "x"}]}
    reading = read(json.dumps(bom).encode(), "x.json")
    assert [each.name for each in reading.components] == ["x"]
    assert accounted(reading)


def test_an_rpm_s_epoch_that_its_package_url_states_apart_belongs_to_its_version():
    row = b"host,name,version,purl\na,bind,9.11-1.el8,pkg:rpm/almalinux/bind@9.11-1.el8?epoch=32&distro=almalinux-8.9\n"
    (component,) = read(row, "x.csv").components
    assert (component.version, component.key) == ("32:9.11-1.el8", sort_key("rpm", "32:9.11-1.el8"))


def test_a_version_without_an_order_is_kept_without_a_key():
    (component,) = read(b"host,name,version,ecosystem\na,lodash,latest,npm\n", "x.csv").components
    assert (component.key, component.version) == (None, "latest")
    assert "no order in npm" in component.unmatchable


cells = st.text(st.characters(codec="utf-8", exclude_characters='\x00\r\n",;|\t'), max_size=12)


@given(st.lists(st.tuples(cells, cells, cells, cells, cells), max_size=20))
def test_no_row_of_any_spreadsheet_disappears(rows):
    lines = ["asset,name,version,ecosystem,exposed", *(",".join(row) for row in rows)]
    assume(any(cell.strip() for row in rows for cell in row))
    reading = read("\n".join(lines).encode(), "any.csv")
    assert accounted(reading)
    assert reading.rows == sum(any(cell.strip() for cell in row) for row in rows)
    assert {each.asset for each in reading.components} <= {asset.name for asset in reading.assets}


def bom(**component):
    component = {"type": "firmware", "name": "Gate firmware", "version": "1.4", **component}
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}).encode()


GATE = "cpe:2.3:o:acme:gate_firmware:1.4:*:*:*:*:*:*:*"
BY_CPE = {
    "gate.cdx.json": bom(cpe=GATE),
    "gate.cdx.xml": f"""<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component type="firmware">
        <name>Gate firmware</name><version>1.4</version><cpe>{GATE}</cpe></component></components></bom>""".encode(),
    "gate.spdx.json": json.dumps({"spdxVersion": "SPDX-2.3", "packages": [{
        "name": "Gate firmware", "versionInfo": "1.4",
        "externalRefs": [{"referenceType": "cpe23Type", "referenceLocator": GATE}]}]}).encode(),
    "gate.spdx": f"""SPDXVersion: SPDX-2.3\nPackageName: Gate firmware\nPackageVersion: 1.4
ExternalRef: SECURITY cpe23Type {GATE}\n""".encode(),
    "gate.csv": f"asset,name,version,cpe\na,Gate firmware,1.4,{GATE}\n".encode(),
    "cpe.csv": f"asset,cpe\na,{GATE}\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("filename", BY_CPE)
def test_what_has_nothing_but_a_cpe_is_known_by_it_and_shown_as_hardly_matchable(filename):
    reading = read(BY_CPE[filename], filename)
    (component,) = reading.components
    assert (component.ecosystem, component.name, component.version) == ("CPE", "acme:gate_firmware", "1.4")
    assert component.key == sort_key("generic", "1.4")
    assert "by its CPE alone, a last resort" in component.unmatchable
    assert accounted(reading)


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ({"purl": "pkg:npm/gate@1.4"}, ("npm", "gate")),
        ({"purl": "pkg:generic/acme/gate@1.4"}, ("GIT", "acme/gate")),
        ({"purl": "pkg:conda/gate@1.4"}, ("", "Gate firmware")),
        ({"purl": "pkg:rpm/amazon/gate@1.4"}, ("", "Gate firmware")),
        ({"purl": "pkg:nothing"}, ("", "Gate firmware")),
        ({"cpe": "cpe:2.3:o:acme:gate_firmware:*:*:*:*:*:*:*:*", "version": ""}, ("", "Gate firmware")),
        ({"cpe": "cpe:2.3:a:acme:gate:1.4:*:*:*:*:python:*:*"}, ("", "Gate firmware")),
        ({"cpe": "gate"}, ("", "Gate firmware")),
    ],
)
def test_a_cpe_never_names_what_has_another_name_no_version_or_a_language(told, known):
    (component,) = read(bom(**{"cpe": GATE, **told}), "gate.cdx.json").components
    assert (component.ecosystem, component.name) == known


def test_a_device_with_a_cpe_is_an_asset_and_a_product_on_itself():
    reading = read(bom(type="device", name="gate-1", cpe=GATE), "gate.cdx.json")
    assert [each.name for each in reading.assets] == ["gate-1"]
    assert [(each.asset, each.name) for each in reading.components] == [("gate-1", "acme:gate_firmware")]
    assert (reading.asset_rows, reading.implied, reading.accounted) == (1, 1, True)


@pytest.mark.parametrize(
    ("row", "known"),
    [
        ("SIMATIC S7-1200,V4.2,Siemens AG,", ("NAME", "siemens/simatic-s7-1200")),
        ("SIMATIC S7-1200,4.2,,", ("NAME", "simatic-s7-1200")),
        ("Firefox,128.0,Mozilla,", ("NAME", "mozilla/firefox")),
        ("Firefox,128.0,,", ("", "Firefox")),
        ("SIMATIC S7-1200,latest,Siemens AG,", ("", "SIMATIC S7-1200")),
        ("SIMATIC S7-1200,,Siemens AG,", ("", "SIMATIC S7-1200")),
        ("openssl libs,3.0,OpenSSL,some packages", ("", "openssl libs")),
        ("lodash,4.17.11,OpenJS,npm", ("npm", "lodash")),
    ],
)
def test_a_spreadsheet_s_bare_name_is_known_loosely_where_it_says_enough(row, known):
    (component,) = read(f"asset,name,version,vendor,ecosystem\na,{row}\n".encode(), "a.csv").components
    assert (component.ecosystem, component.name) == known
    assert ("by its name alone" in component.unmatchable) == (known[0] == "NAME")


def test_no_other_file_s_bare_name_is_taken_for_a_product():
    (component,) = read(bom(name="Gate firmware two"), "a.cdx.json").components
    assert component.ecosystem == ""


def test_whoever_waits_for_a_large_file_hears_how_much_of_it_is_read():
    heard = []
    rows = b"\n".join(b"web-1,part-%d,1.0,npm" % number for number in range(12_000))
    read(b"asset,name,version,ecosystem\n" + rows, "a.csv", tell=lambda *told: heard.append(told))
    assert heard == [("rows read", 5_000, 12_000), ("rows read", 10_000, 12_000)]


@pytest.mark.parametrize(
    ("name", "version", "ecosystem", "why"),
    [
        ("django", "4.2", "pypi", ""),
        ("django", "latest", "pypi", "its version has no order in PyPI"),
        ("django", "", "pypi", "it says no version"),
        ("openssl", "1.2.3-0ubuntu1~20.04", "deb", "say which one and its release, such as Debian 12"),
        ("bash", "4.4-12.el8", "rpm", "such as AlmaLinux 9"),
        ("openssl", "1.2.3-0ubuntu1~20.04", "Ubuntu 20.04", ""),
        ("x", "1", "cobol", "no ecosystem is called 'cobol'"),
        ("log4j-core", "2.14.1", "maven", "write it as group:artifact"),
        ("lib/app/log4j-core", "2.14.1", "java", "write it as group:artifact"),
        ("lib/log4j-core.jar", "2.14.1", "Maven", "write it as group:artifact"),
        ("org.example/widget", "1.0.0.Final", "Maven", ""),
        ("org.example:widget", "1.0.0.Final", "java", ""),
    ],
)
def test_a_row_that_cannot_be_matched_fully_says_what_to_write(name, version, ecosystem, why):
    (component,) = read(f"name,version,ecosystem\n{name},{version},{ecosystem}\n".encode(), "x.csv").components
    assert why in component.unmatchable
    assert bool(component.unmatchable) == bool(why)
    if ecosystem in {"Maven", "java"} and not why:
        assert component.name == "org.example:widget"


def test_headings_without_rows_are_refused_rather_than_taken_for_nothing_left():
    with pytest.raises(BadInput, match="headings and no rows") as refused:
        read(b"asset,name,version\n", "all.csv")
    assert "not taken to be gone" in refused.value.advice()
