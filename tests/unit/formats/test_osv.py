"""An advisory is read strictly, evaluated as its format says, and every answer explains itself."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.osv import Answer, EventKind, affected, osv_record, read_osv
from levee.formats.purl import parse_purl
from levee.kernel.errors import BadInput, LeveeError


def record(*events, ecosystem="npm", name="left-pad", kind="SEMVER", **more):
    ranges = [{"type": kind, "events": [dict([event]) for event in events]}] if events else []
    block = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges, "versions": more.pop("versions", [])}
    return osv_record({"id": "TEST-1", "modified": "2026-11-01T00:00:00Z", "affected": [block]} | more)


def hit(advisory, version, purl="pkg:npm/left-pad"):
    found = affected(advisory, parse_purl(purl), version)
    return found is not None and found.answer is Answer.AFFECTED


def test_the_start_is_in_the_fix_is_out_and_the_last_affected_is_in():
    fixed = record(("introduced", "1.0.0"), ("fixed", "1.3.0"))
    assert [hit(fixed, v) for v in ("0.9.9", "1.0.0", "1.2.99", "1.3.0-rc.1", "1.3.0")] == [
        False,
        True,
        True,
        True,
        False,
    ]
    last = record(("introduced", "0"), ("last_affected", "1.3.0"))
    assert [hit(last, v) for v in ("0.0.1", "1.3.0", "1.3.1")] == [True, True, False]


def test_pairs_out_of_order_are_all_counted():
    pairs = record(
        ("introduced", "0"), ("fixed", "3.7.13"), ("introduced", "3.10.0"), ("fixed", "3.10.2"),
        ("introduced", "3.8.0"), ("fixed", "3.8.7"), ("introduced", "3.8.7"), ("fixed", "3.8.8"),
    )  # fmt: skip
    assert [hit(pairs, v) for v in ("3.7.12", "3.7.13", "3.8.6", "3.8.7", "3.8.8", "3.10.1")] == [
        True,
        False,
        True,
        True,
        False,
        True,
    ]
    loose = record(("fixed", "2.0.0"), ("introduced", "0"), ("introduced", "3.0.0"))
    assert [hit(loose, v) for v in ("1.0.0", "2.5.0", "3.1.0")] == [True, False, True]


def test_a_limit_ends_what_nothing_else_ends():
    limited = record(("introduced", "1.0.0"), ("limit", "2.0.0"))
    assert [hit(limited, v) for v in ("1.5.0", "2.0.0")] == [True, False]
    assert hit(record(("introduced", "1.0.0"), ("limit", "*")), "9.0.0")


def test_a_listed_version_is_affected_whatever_the_ranges_say():
    listed = record(("introduced", "2.0.0"), versions=["1.5.0", "v1.6"])
    assert [hit(listed, v) for v in ("1.5.0", "1.6.0", "1.7.0")] == [True, True, False]


def test_a_git_range_is_passed_over_and_the_next_range_decides():
    git = {"type": "GIT", "repo": "https://code.example/x", "events": [{"introduced": "0"}, {"fixed": "0f3a"}]}
    semver = {"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "2.0.0"}]}
    block = {"package": {"ecosystem": "npm", "name": "left-pad"}, "ranges": [git, semver]}
    both = osv_record({"id": "T-1", "modified": "2026-11-01T00:00:00Z", "affected": [block]})
    assert [hit(both, v) for v in ("1.0.0", "2.0.0")] == [True, False]
    only = osv_record({"id": "T-1", "modified": "2026-11-01T00:00:00Z", "affected": [block | {"ranges": [git]}]})
    assert affected(only, parse_purl("pkg:npm/left-pad@1.0.0")).answer is Answer.UNKNOWN


def test_a_withdrawn_record_concerns_nothing():
    assert not hit(record(("introduced", "0"), withdrawn="2026-11-02T00:00:00Z"), "1.0.0")


def test_what_cannot_be_ordered_is_unknown_and_says_why():
    unread = affected(record(("introduced", "0"), ("fixed", "2.0.0")), parse_purl("pkg:npm/left-pad"), "nightly")
    assert (unread.answer, unread.place) == (Answer.UNKNOWN, "/affected/0/ranges/0")
    assert "nightly" in unread.reason
    odd = affected(record(("introduced", "0"), ("fixed", "next")), parse_purl("pkg:npm/left-pad@1.0.0"))
    assert odd.answer is Answer.UNKNOWN
    silent = affected(record(("introduced", "0")), parse_purl("pkg:npm/left-pad"))
    assert (silent.answer, silent.reason) == (Answer.UNKNOWN, "the inventory states no version")


def test_an_answer_names_the_event_that_decided():
    found = affected(record(("introduced", "1.0.0"), ("fixed", "1.3.0")), parse_purl("pkg:npm/left-pad@1.1.0"))
    assert (found.place, found.start, found.end, found.end_kind) == (
        "/affected/0/ranges/0/events/1",
        "1.0.0",
        "1.3.0",
        EventKind.FIXED,
    )
    assert (found.fixed, found.scheme, found.reason) == ("1.3.0", "semver", "1.1.0 lies from 1.0.0 before 1.3.0")


def test_a_release_that_differs_is_another_package_and_one_not_stated_is_doubt():
    debian = record(("introduced", "0"), ("fixed", "3.0.11-1"), ecosystem="Debian:12", name="openssl", kind="ECOSYSTEM")
    at = lambda purl: affected(debian, parse_purl(purl))  # noqa: E731
    assert at("pkg:deb/debian/libssl3@3.0.9-1?distro=debian-12&upstream=openssl").answer is Answer.AFFECTED
    assert at("pkg:deb/debian/openssl@3.0.9-1?distro=debian-11") is None
    doubt = at("pkg:deb/debian/openssl@3.0.9-1")
    assert doubt.answer is Answer.UNKNOWN
    assert "Debian:12" in doubt.reason
    assert at("pkg:npm/openssl@3.0.9") is None


def test_names_meet_in_their_ecosystem_s_spelling():
    pypi = record(("introduced", "0"), ecosystem="PyPI", name="Zope_Interface", kind="ECOSYSTEM")
    assert hit(pypi, "5.0", "pkg:pypi/zope.interface")


NUMBERS = st.integers(0, 9).map("{}.0.0".format)


def by_the_book(events, version) -> bool:
    """The format's own pseudo-code, for events in ascending order."""
    vulnerable = False
    for kind, at in events:
        number = -1 if at == "0" else int(at.split(".")[0])
        asked = int(version.split(".")[0])
        if kind == "introduced" and asked >= number:
            vulnerable = True
        elif (kind == "fixed" and asked >= number) or (kind == "last_affected" and asked > number):
            vulnerable = False
    return vulnerable


@given(
    st.lists(NUMBERS, unique=True, min_size=1, max_size=8).map(sorted),
    st.lists(st.booleans(), min_size=8),
    NUMBERS,
    st.randoms(),
)
def test_the_evaluation_is_the_format_s_own_whatever_the_order_of_the_pairs(numbers, inclusive, version, random):
    kinds = [
        "introduced" if at % 2 == 0 else "last_affected" if inclusive[at] else "fixed" for at in range(len(numbers))
    ]
    events = list(zip(kinds, numbers, strict=True))
    expected = by_the_book(events, version)
    assert hit(record(*events), version) == expected
    pairs = [events[at : at + 2] for at in range(0, len(events), 2)]
    if len(events) % 2 == 0:
        random.shuffle(pairs)
        assert hit(record(*[event for pair in pairs for event in pair]), version) == expected


def of(event):
    return {"affected": [{"ranges": [{"type": "SEMVER", "events": [event]}]}]}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": ""}, "/id"),
        ({"modified": None}, "/modified"),
        ({"modified": "yesterday"}, "/modified"),
        ({"modified": "2026-11-01T00:00:00"}, "/modified"),
        ({"affected": {}}, "/affected"),
        ({"affected": [{"package": {"name": "x"}}]}, "/affected/0/package"),
        ({"affected": [{"ranges": [{"type": "LINE", "events": []}]}]}, "/affected/0/ranges/0/type"),
        ({"affected": [{"ranges": [{"type": "SEMVER", "events": []}]}]}, "/affected/0/ranges/0/events"),
        ({"affected": [{"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}]}, "/affected/0/ranges/0/repo"),
        (of({"introduced": "0", "fixed": "1"}), "/affected/0/ranges/0/events/0"),
        (of({"introduced": 0}), "/affected/0/ranges/0/events/0/introduced"),
        ({"aliases": ["CVE-2026-1", 7]}, "/aliases/1"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_place(change, place):
    with pytest.raises(BadInput) as refusal:
        read_osv(json.dumps({"id": "T-1", "modified": "2026-11-01T00:00:00Z"} | change).encode())
    assert refusal.value.place == place


KEYS = st.sampled_from(
    ["package", "name", "ecosystem", "ranges", "type", "events", "introduced", "fixed", "versions", "repo", "url"]
)
JUNK = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from(["0", "1.0", "SEMVER", "GIT", "npm", "x", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
    max_leaves=25,
)


@given(
    st.dictionaries(st.sampled_from(["affected", "aliases", "references", "severity", "withdrawn", "details"]), JUNK)
)
def test_no_record_makes_the_reader_fail_otherwise(junk):
    try:
        found = osv_record({"id": "T-1", "modified": "2026-11-01T00:00:00Z"} | junk)
    except LeveeError:
        return
    affected(found, parse_purl("pkg:npm/x@1.0"))


def test_overlapping_pairs_both_count_and_an_empty_one_says_nothing():
    overlapping = record(("introduced", "0"), ("fixed", "5.0.0"), ("introduced", "3.0.0"), ("fixed", "10.0.0"))
    assert [hit(overlapping, v) for v in ("4.0.0", "7.0.0", "10.0.0")] == [True, True, False]
    empty = record(("introduced", "2.0.0"), ("fixed", "2.0.0"), ("introduced", "4.0.0"), ("fixed", "5.0.0"))
    assert [hit(empty, v) for v in ("2.0.0", "3.0.0", "4.0.0")] == [False, False, True]


def test_a_pair_that_runs_backwards_is_read_as_the_format_reads_sorted_events():
    backwards = record(("introduced", "8.0.0"), ("fixed", "8.1.0"), ("introduced", "9.4.0"), ("fixed", "9.3.4"))
    assert [hit(backwards, v) for v in ("8.0.5", "9.3.9", "9.4.0", "99.0.0")] == [True, False, True, True]
