"""Intervals say what the record says: whoever lies in none is not concerned, and whoever lies in a certain one is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levee.exposure.matching.intervals import NO_END, Index, intervals
from levee.formats import osv
from levee.formats.package_identity import fold_name, identity_of
from levee.formats.purl import parse_purl
from levee.formats.versions import SCHEMES, scheme_of_ecosystem, sort_key

PURLS = {
    "npm": "pkg:npm/thing@{}",
    "PyPI": "pkg:pypi/thing@{}",
    "Maven": "pkg:maven/org.example/thing@{}",
    "Debian:12": "pkg:deb/debian/thing@{}?distro=bookworm",
    "AlmaLinux:9": "pkg:rpm/almalinux/thing@{}?distro=almalinux-9.3",
    "Alpine:v3.19": "pkg:apk/alpine/thing@{}",
    "GIT": "pkg:generic/thing@{}",
}
NAMES = {"Maven": "org.example:thing"}
VERSIONS = st.sampled_from(
    ["0", "1", "1.0", "1.0.1", "1.1-rc1", "1.1", "1.2.0", "2:1.0-1", "1.0-2", "1.0-2.1", "v2", "latest", "2.0.0", "9.9"]
)
EVENTS = st.lists(
    st.tuples(st.sampled_from(["introduced", "fixed", "last_affected", "limit"]), VERSIONS | st.just("0")),
    max_size=4,
).map(lambda found: [{"introduced": "0"}, *({kind: version} for kind, version in found)])
RANGES = st.tuples(st.sampled_from(["SEMVER", "ECOSYSTEM", "GIT"]), EVENTS).map(
    lambda pair: {"type": pair[0], "events": pair[1], **({"repo": "https://x.test/r"} if pair[0] == "GIT" else {})}
)
BLOCKS = st.tuples(
    st.sampled_from([*PURLS, "Debian:11:12", "Debian", "AlmaLinux:8"]),
    st.lists(RANGES, max_size=2),
    st.lists(VERSIONS, max_size=3),
).map(
    lambda given: {
        "package": {"ecosystem": given[0], "name": NAMES.get(given[0], "thing")},
        "ranges": given[1],
        "versions": given[2],
    }
)


def record(blocks, **more):
    return osv.osv_record({"id": "X-1", "modified": "2026-11-20T00:00:00Z", "affected": blocks, **more})


@settings(max_examples=500)
@given(st.lists(BLOCKS, max_size=3), st.sampled_from(sorted(PURLS)), VERSIONS | st.just(""))
def test_intervals_answer_as_the_record_does(blocks, ecosystem, version):
    advisory = record(blocks)
    purl = parse_purl(PURLS[ecosystem].format(version) if version else PURLS[ecosystem].replace("@{}", ""))
    identity = identity_of(purl)
    base, _, release = identity.ecosystem.partition(":")
    key = sort_key(scheme_of_ecosystem(base) or "", version)
    told = osv.affected(advisory, purl)
    about = [
        each
        for each in intervals(advisory)
        if (each.ecosystem, each.name) == (base, identity.name) and each.meant(release)
    ]
    if key is None:
        assert told is None or about
        return
    inside = [each for each in about if each.holds(key)]
    if any(each.certain for each in inside):
        assert told is not None
        if any(each.certain and (release or not each.releases) for each in inside):
            assert told.answer is osv.Answer.AFFECTED
    elif not inside:
        assert told is None


RPM_VERSIONS = st.sampled_from(["1.0-1", "1:0.9-1", "1:1.0-1", "2:1.0-1", "1.1-1", "1:1.1-1", "2:0.1-1", "a:b", "2"])
RPM_ENDS = st.tuples(st.sampled_from(["fixed", "last_affected", "limit"]), RPM_VERSIONS) | st.just(("limit", "*"))
RPM_RANGES = st.tuples(RPM_VERSIONS | st.just("0"), RPM_ENDS).map(
    lambda told: {"type": "ECOSYSTEM", "events": [{"introduced": told[0]}, {told[1][0]: told[1][1]}]}
)
RPM_BLOCKS = st.tuples(st.lists(RPM_RANGES, max_size=2), st.lists(RPM_VERSIONS, max_size=2)).map(
    lambda told: {"package": {"ecosystem": "AlmaLinux:9", "name": "thing"}, "ranges": told[0], "versions": told[1]}
)
BARE = st.sampled_from(["0.5-1", "0.9-1", "1.0-1", "1.0-2", "1.1-1", "2"])


@settings(max_examples=500)
@given(st.lists(RPM_BLOCKS, min_size=1, max_size=2), BARE)
def test_a_version_without_its_epoch_is_affected_as_it_would_be_at_each_epoch_that_the_advisory_names(blocks, version):
    advisory = record(blocks)
    purl = f"pkg:rpm/almalinux/thing@{version}?distro=almalinux-9.3"
    told = osv.affected(advisory, parse_purl(f"{purl}&epoch=unknown"))
    answers = []
    for one in (record([each]) for each in blocks):
        named = [at for part in one.affected[0].ranges for event in part.events if (at := event.version) not in "0*"]
        epochs = {re.match(r"(?:(\d+):)?", each)[1] or "0" for each in (*named, *one.affected[0].versions)} or {"0"}
        seen = {(found := osv.affected(one, parse_purl(purl), f"{each}:{version}")) and found.answer for each in epochs}
        answers.append(seen.pop() if len(seen) == 1 else osv.Answer.UNKNOWN)
    sure = osv.Answer.AFFECTED in answers
    wanted = osv.Answer.AFFECTED if sure else osv.Answer.UNKNOWN if osv.Answer.UNKNOWN in answers else None
    assert (told and told.answer) == wanted
    assert told is None or (told.version == version and "states no" in told.reason)
    assert told is None or any(each.holds(sort_key("rpm", version)) for each in intervals(advisory))


def test_a_withdrawn_record_has_no_intervals():
    blocks = [{"package": {"ecosystem": "npm", "name": "a"}, "versions": ["1.0.0"]}]
    assert len(intervals(record(blocks))) == 1
    assert intervals(record(blocks, withdrawn="2026-11-21T00:00:00Z")) == ()


def test_listed_versions_inside_a_range_are_not_kept_twice():
    blocks = [
        {
            "package": {"ecosystem": "PyPI", "name": "A_b"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.5"}]}],
            "versions": ["1.0", "1.1", "1.6"],
        }
    ]
    found = intervals(record(blocks))
    assert [each.name for each in found] == ["a-b", "a-b"]
    assert [(each.holds(sort_key("pypi", "1.6")), each.lo == b"") for each in found] == [(False, True), (True, False)]


@pytest.mark.parametrize("long", ["9." * 250 + "1", "n" * 3000])
def test_nothing_that_an_index_cannot_take_is_kept(long):
    name, start = ("a", long) if long.startswith("9") else (long, "1.0.0")
    ranges = [{"type": "SEMVER", "events": [{"introduced": start}, {"fixed": "9." * 251 + "1"}]}]
    found = intervals(record([{"package": {"ecosystem": "npm", "name": name}, "ranges": ranges}]))
    assert [(each.lo, each.hi, each.certain) for each in found] in ([], [(b"", NO_END, False)])


@given(st.sampled_from(sorted(SCHEMES)), st.text("0123456789.-~^+:_abprcv", max_size=20), st.integers(0, 9))
def test_every_key_lies_below_the_end_of_all(scheme, text, digit):
    key = sort_key(scheme, f"{digit}{text}")
    assert key is None or b"" <= key < NO_END


def test_names_are_folded_as_components_fold_them():
    (found,) = intervals(record([{"package": {"ecosystem": "PyPI", "name": "Foo_Bar"}, "versions": ["1"]}]))
    assert found.name == fold_name("PyPI", "foo.bar")


KEYS = st.binary(max_size=2).filter(lambda key: key < NO_END)
ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.just(b"") | KEYS, KEYS | st.just(NO_END)), max_size=12)


@given(ROWS, st.sampled_from("abc"), KEYS)
def test_an_index_finds_what_looking_at_every_interval_finds(rows, package, key):
    index = Index((name, lo, hi, at) for at, (name, lo, hi) in enumerate(rows))
    mine = [at for at, row in enumerate(rows) if row[0] == package]
    assert sorted(index.every(package)) == mine
    assert sorted(index.holding(package, key)) == [at for at in mine if rows[at][1] <= key < rows[at][2]]
