from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from levee.exposure.matching.engine import examine, in_hand, names
from levee.formats import osv
from levee.formats.loosely import SAID
from levee.formats.versions import sort_key
from levee.inventory.types import Asset, Component, Criticality, Exposure, Owner

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
ASSET = Asset(
    id=UUID(int=1),
    inventory=UUID(int=2),
    name="web-1",
    owner=Owner.US,
    owner_name="",
    environment="",
    criticality=Criticality.LOW,
    exposure=Exposure.NO,
    exposure_source="x",
    exposure_at=MONDAY,
)
VERSIONS = [f"1.{n}.0" for n in range(8)]


def record(number, ranges=(), aliases=()):
    affected = [
        {
            "package": {"ecosystem": "npm", "name": "ini"},
            "ranges": [
                {"type": "SEMVER", "events": [{"introduced": start}, *([{"fixed": end}] if end else [])]}
                for start, end in ranges
            ],
        }
    ]
    document = {
        "id": f"ADV-{number}",
        "modified": "2026-11-20T00:00:00Z",
        "aliases": list(aliases),
        "affected": affected,
    }
    return in_hand(UUID(int=100 + number), osv.osv_record(document))


def component(version, place=0):
    return Component(
        id=UUID(int=1000 + place),
        asset=ASSET,
        stated=f"ini {version}",
        purl=f"pkg:npm/ini@{version}",
        ecosystem="npm",
        name="ini",
        version=version,
        key=sort_key("semver", version),
        detected_at=MONDAY,
        evidence_at=MONDAY,
        unmatchable="",
    )


aliases = st.lists(st.sampled_from(["CVE-1", "CVE-2", "CVE-3", "GHSA-1", "GHSA-2"]), max_size=3)


@given(st.lists(aliases, max_size=7))
def test_records_that_are_linked_by_any_chain_of_aliases_are_one_vulnerability(given_aliases):
    records = [record(number, aliases=each) for number, each in enumerate(given_aliases)]
    linked = {each.id: {each.name, *each.aliases} for each in records}
    for _ in records:
        for one in records:
            for other in records:
                if linked[one.id] & linked[other.id]:
                    linked[one.id] = linked[other.id] = linked[one.id] | linked[other.id]
    found = names(records)
    for one in records:
        for other in records:
            assert (found[one.id] == found[other.id]) == bool(linked[one.id] & linked[other.id])
        assert found[one.id] in linked[one.id]


ranges = st.lists(
    st.tuples(st.integers(0, 6), st.one_of(st.none(), st.integers(1, 7))).filter(
        lambda pair: pair[1] is None or pair[0] < pair[1]
    ),
    min_size=1,
    max_size=2,
)


@given(st.lists(ranges, min_size=1, max_size=4), st.sampled_from(VERSIONS))
def test_the_proposed_version_is_the_nearest_that_is_free_of_all_that_can_be_fixed(given_ranges, version):
    records = [
        record(number, [(VERSIONS[start], VERSIONS[end] if end else None) for start, end in each])
        for number, each in enumerate(given_ranges)
    ]
    here = VERSIONS.index(version)

    def hit(each, at):
        return any(start <= at < (8 if end is None else end) for start, end in each)

    expected = {f"ADV-{number}" for number, each in enumerate(given_ranges) if hit(each, here)}
    found = examine([component(version)], records)
    assert {each.record.name for each in found} == expected
    for each in found:
        own = given_ranges[int(each.record.name.removeprefix("ADV-"))]
        if each.fix:
            assert VERSIONS.index(each.fix) > here
            assert not hit(own, VERSIONS.index(each.fix))
        else:
            ends = {end for one in given_ranges if hit(one, here) for _, end in one if end and end > here}
            assert all(hit(own, end) for end in ends)
    clean = [
        at
        for at in sorted({end for one in given_ranges if hit(one, here) for _, end in one if end and end > here})
        if not any(hit(one, at) for one in given_ranges)
    ]
    if clean and found:
        assert {each.fix for each in found} == {VERSIONS[clean[0]]}


def test_the_same_component_on_many_assets_is_matched_on_each():
    found = examine([component("1.2.0", place) for place in range(5)], [record(1, [("1.0.0", "1.3.0")])])
    assert len({each.component.id for each in found}) == 5


def openssl(version, *, epoch=""):
    purl = f"pkg:rpm/redhat/openssl@{version}?distro=redhat-9.4{epoch}"
    key = sort_key("rpm", version)
    return replace(component("1"), purl=purl, ecosystem="Red Hat", name="openssl", version=version, key=key)


def rpm_record(number, *spans):
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": start}, {"fixed": end}]} for start, end in spans]
    package = {"ecosystem": "Red Hat:9", "name": "openssl"}
    document = {"id": f"ADV-{number}", "modified": "2026-11-20T00:00:00Z"}
    affected = [{"package": package, "ranges": ranges}]
    return in_hand(UUID(int=number), osv.osv_record({**document, "affected": affected}))


def test_a_back_ported_rpm_of_a_list_without_epochs_is_no_match_and_an_older_one_is_with_the_fix_above_it():
    records = [rpm_record(1, ("0", "1:3.0.7-16.el9"), ("1:3.0.7-18.el9", "1:3.0.7-25.el9_3"))]
    assert examine([openssl("3.0.7-25.el9_3", epoch="&epoch=unknown")], records) == []
    assert examine([openssl("3.0.7-16.el9", epoch="&epoch=unknown")], records) == []
    (found,) = examine([openssl("3.0.7-20.el9", epoch="&epoch=unknown")], records)
    assert (found.certain, found.fix) == (True, "1:3.0.7-25.el9_3")
    assert "the inventory states no epoch, so the advisory's own is assumed" in found.explanation.because


def test_an_rpm_of_a_list_with_epochs_that_has_none_is_older_than_every_epoch():
    (found,) = examine([openssl("3.0.7-25.el9_3")], [rpm_record(1, ("0", "1:3.0.7-25.el9_3"))])
    assert (found.certain, found.fix) == (True, "1:3.0.7-25.el9_3")


def test_where_an_advisory_names_several_epochs_a_version_without_its_own_is_left_open():
    assert examine([openssl("2-1", epoch="&epoch=unknown")], [rpm_record(1, ("0", "1:1-1"))]) == []
    (found,) = examine([openssl("2-1", epoch="&epoch=unknown")], [rpm_record(1, ("0", "3-1"), ("1:0-1", "1:1-1"))])
    assert not found.certain
    assert "if its epoch is 0: the inventory states none" in found.explanation.because


def product(name, version, ecosystem="CPE"):
    key = sort_key("generic", version)
    return replace(component("1"), id=UUID(bytes=name.encode()[:16].ljust(16)), purl="", ecosystem=ecosystem, name=name,
                   version=version, key=key, stated=f"{name} {version}")  # fmt: skip


SPANS = st.lists(st.tuples(st.sampled_from(["a:x", "b:x", "a:y"]), st.integers(0, 7), st.integers(0, 7)), max_size=3)


@given(SPANS, st.sampled_from(["CPE", "NAME"]))
def test_a_loose_name_meets_its_own_alone_inside_the_versions_and_is_never_sure(spans, ecosystem):
    affected = [
        {
            "package": {"ecosystem": ecosystem, "name": name},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": f"1.{lo}"}, {"fixed": f"1.{lo + width}"}]}],
        }
        for name, lo, width in spans
    ]
    document = {"id": "ADV-1", "modified": "2026-11-20T00:00:00Z", "affected": affected}
    asked = [product(name, f"1.{n}", ecosystem) for name in ("a:x", "b:x", "a:y", "a:z") for n in range(8)]
    found = examine(asked, [in_hand(UUID(int=1), osv.osv_record(document))])
    wanted = {(name, f"1.{n}") for name, lo, width in spans for n in range(8) if lo <= n < lo + width}
    assert {(each.component.name, each.component.version) for each in found} == wanted
    assert not any(each.certain or each.fix for each in found)
    assert all(SAID[ecosystem] in each.explanation.because for each in found)
