"""Keys order as the native tools do: equal exactly for equal versions, and unknown rather than guessed."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import InvalidVersion, Version

from levee.formats.versions import SCHEMES, after, scheme_of_ecosystem, sort_key
from levee.formats.versions.rpm import at_no_epoch, epoch_of

NUMBER = st.one_of(st.integers(0, 12).map(str), st.sampled_from(["00", "01", "010", "2147483648", "9" * 30]))


@st.composite
def pep440_versions(draw):
    optional = lambda strategy: st.one_of(st.just(""), strategy)  # noqa: E731
    number = optional(NUMBER)
    epoch = draw(optional(NUMBER.map("{}!".format)))
    release = ".".join(draw(st.lists(NUMBER, min_size=1, max_size=4)))
    mark = draw(st.sampled_from(["a", "b", "rc", "c", "alpha", "beta", "pre", "preview"]))
    pre = draw(optional(number.map(lambda n: draw(st.sampled_from(["", ".", "-", "_"])) + mark + n)))
    post = draw(optional(number.map(lambda n: f".post{n}")))
    dev = draw(optional(number.map(lambda n: f".dev{n}")))
    local = draw(optional(st.from_regex(r"\+[a-z0-9]{1,3}([._-][a-z0-9]{1,3}){0,2}", fullmatch=True)))
    return draw(st.sampled_from(["", "v"])) + epoch + release + pre + post + dev + local


def order(left, right) -> int:
    return (left > right) - (left < right)


@settings(max_examples=400)
@given(pep440_versions(), pep440_versions())
def test_python_versions_order_as_packaging_orders_them(left, right):
    truth = order(Version(left), Version(right))
    assert order(sort_key("pypi", left), sort_key("pypi", right)) == truth


@given(st.text("0123456789.abcrpostdev+-_!v ", max_size=12))
def test_what_packaging_cannot_read_has_no_order(text):
    try:
        Version(text)
    except InvalidVersion:
        assert sort_key("pypi", text) is None
    else:
        assert sort_key("pypi", text) is not None


DPKG_TEXT = st.text("0019aAzZ.+~", min_size=1, max_size=8).map(lambda t: "1" + t)


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="needs dpkg")
@settings(max_examples=80, deadline=None)
@given(
    st.tuples(st.sampled_from(["", "0:", "1:"]), DPKG_TEXT, st.sampled_from(["", "-0", "-1", "-1~bpo1", "-a+b"])),
    st.tuples(st.sampled_from(["", "0:", "1:"]), DPKG_TEXT, st.sampled_from(["", "-0", "-1", "-1~bpo1", "-a+b"])),
)
def test_debian_versions_order_as_dpkg_orders_them(left, right):
    a, b = "".join(left), "".join(right)
    relation = {-1: "lt", 0: "eq", 1: "gt"}[order(sort_key("deb", a), sort_key("deb", b))]
    assert subprocess.run(["dpkg", "--compare-versions", a, relation, b], check=False).returncode == 0, (a, relation, b)


@pytest.mark.parametrize(
    ("scheme", "ascending"),
    [
        (
            "semver",
            "1.0.0-1 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0 1.0.0.1 1.10",
        ),
        ("rpm", "1.0~rc1-1 1.0-1 1.0^git1-1 1.0a-1 1.0.1-1 1.0.1-1.1 1.0.10-1 1:0.1-1"),
        ("apk", "1.2_alpha 1.2_alpha1 1.2_rc1 1.2 1.2-r0 1.2-r10 1.2_p1 1.2a 1.2.0a 1.2.01 1.2.1 1.10"),
        ("gem", "1.0.a 1.0.a.1 1.0.b 1.0 1.0.0.1 1.0.1.pre 1.0.1 1.10"),
        ("nuget", "1.0.0-ALPHA 1.0.0-beta 1.0.0 1.0.0.1 1.0.1"),
        ("maven", "1-alpha-1 1-a2 1-beta 1.0.0-M1 1.0-cr2 1-SNAPSHOT 1 1-sp 1-abc 1-xyz 1-0.1 1-1 1.0.1 1.1 1.10"),
        ("packagist", "1.0-dev 1.0a1 1.0-beta 1.0-BETA2 1.0RC1 1.0 1.0-p1 1.0.0.1 1.0.1-dev v1.0.1 2"),
        ("cran", "1.0 1.0.0 1.0-1 1.1"),
        ("generic", "0.9 1 1.0.1 1.10"),
    ],
)
def test_the_published_order_of_each_scheme_holds(scheme, ascending):
    keys = [sort_key(scheme, text) for text in ascending.split()]
    assert None not in keys
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("scheme", "left", "right"),
    [
        ("semver", "v1.2.0+build.7", "1.2"),
        ("semver", "1.2.3+incompatible", "1.2.3"),
        ("deb", "1.0", "0:1.0-0"),
        ("rpm", "1.05-1", "0:1.5-1"),
        ("gem", "1.0.0", "1"),
        ("pypi", "1.0.0rc1", "1c1"),
        ("nuget", "1.0.0-RC", "1-rc"),
        ("maven", "1.0.0.Final", "1"),
        ("maven", "1.0.0.RC1", "1-rc-1"),
        ("maven", "1a1", "1.0-alpha-1"),
        ("packagist", "v1.2-b3", "1.2.0.0-beta3"),
        ("packagist", "1.2-stable", "1.2"),
    ],
)
def test_two_spellings_of_one_version_have_one_key(scheme, left, right):
    assert sort_key(scheme, left) == sort_key(scheme, right)


@pytest.mark.parametrize(
    ("scheme", "text"),
    [("semver", "latest"), ("pypi", "2013-01-21T20:33"), ("apk", "1.2_blah"), ("generic", "1.0-beta"), ("deb", "1 0"),
     ("gem", "one"), ("semver", ""), ("no-such-scheme", "1.0"), ("semver", "1.0.\u0663"),
     ("maven", "1.final.2"), ("packagist", "dev-main"), ("packagist", "1.0-test1"), ("semver", "9" * 300)],
)  # fmt: skip
def test_what_has_no_order_is_unknown(scheme, text):
    assert sort_key(scheme, text) is None


LIKELY = st.text("0123456789.-~^+:_abprcv", max_size=20)


@given(st.sampled_from(sorted(SCHEMES)), st.text(max_size=20) | LIKELY)
def test_no_text_makes_a_scheme_fail(scheme, text):
    key = sort_key(scheme, text)
    assert key is None or isinstance(key, bytes)


@given(st.sampled_from(sorted(SCHEMES)), st.tuples(NUMBER, LIKELY).map("".join), st.tuples(NUMBER, LIKELY).map("".join))
def test_nothing_stands_between_a_version_and_the_end_of_a_range_that_includes_it(scheme, left, right):
    key, other = sort_key(scheme, left), sort_key(scheme, right)
    if key is not None and other is not None:
        assert not key < other < after(key)
        assert not other.startswith(key) or other == key


def test_an_ecosystem_names_its_scheme_whatever_its_release():
    assert scheme_of_ecosystem("Debian:12") == scheme_of_ecosystem("Ubuntu:24.04:LTS") == "deb"
    assert scheme_of_ecosystem("PyPI") == "pypi"
    assert scheme_of_ecosystem("Linux") is None


RPMS = st.tuples(st.integers(0, 12), st.sampled_from(["1.0-1", "1.0-2", "1.1~a-1", "0.1", "9-1"]))


@given(RPMS, RPMS, RPMS)
def test_an_interval_of_rpms_holds_a_version_without_its_epoch_where_it_holds_it_with_it(start, end, asked):
    lo, hi = (sort_key("rpm", f"{epoch}:{version}") for epoch, version in (start, end))
    epoch, version = asked
    inside = at_no_epoch(lo, hi, epoch)
    bare = sort_key("rpm", version)
    held = inside is not None and inside[0] <= bare < inside[1]
    assert held == (lo <= sort_key("rpm", f"{epoch}:{version}") < hi)


@pytest.mark.parametrize(("version", "epoch"), [("1:2-3", 1), ("2-3", 0), ("0:2", 0), ("032:1-1", 32), ("a:b:c", 0)])
def test_an_epoch_is_what_stands_before_the_colon(version, epoch):
    assert epoch_of(version) == epoch
