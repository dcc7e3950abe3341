"""Package URLs have one spelling, and one package has one identity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats import purl, purl_types
from levee.formats.package_identity import Identity, fold_name, identity_of, identity_of_text, purl_of
from levee.formats.purl import make_purl, parse_purl
from levee.kernel.errors import BadInput, LeveeError


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("pkg:PyPI/Django_package@1.11.1", "pkg:pypi/django-package@1.11.1"),
        ("pkg://npm/%40angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
        ("pkg:npm/@angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
        (
            "pkg:deb/Debian/CURL@7.8-1%2Bu1?distro=debian-12&arch=amd64",
            "pkg:deb/debian/curl@7.8-1%2Bu1?arch=amd64&distro=debian-12",
        ),
        ("pkg:golang/go.org/genproto#/googleapis/api/../notes/", "pkg:golang/go.org/genproto#googleapis/api/notes"),
        ("pkg:maven/org.apache.log4j/core@2.14.1", "pkg:maven/org.apache.log4j/core@2.14.1"),
    ],
)
def test_every_spelling_has_one_canonical_form(spelling, canonical):
    assert str(parse_purl(spelling)) == canonical
    assert str(parse_purl(canonical)) == canonical


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("npm/left-pad@1.0", "scheme"),
        ("pkg:npm", "name"),
        ("pkg:npm/", "name"),
        ("pkg:cran/@0.9", "name"),
        ("pkg:3d/x", "type"),
        ("pkg:npm/x%zz", "name"),
        ("pkg:npm/x%ff", "name"),
        ("pkg:npm/x?a", "qualifiers"),
        ("pkg:npm/x?a=1&a=2", "qualifiers"),
        ("pkg:maven/log4j-core@2", "namespace"),
        ("pkg:pypi/a/b", "namespace"),
        ("pkg:npm/x%0a", "name"),
    ],
)
def test_a_refusal_names_the_part(text, place):
    with pytest.raises(BadInput) as refusal:
        parse_purl(text)
    assert refusal.value.place == place


@pytest.mark.parametrize(
    ("purl", "ecosystem", "name"),
    [
        ("pkg:pypi/Zope.Interface@5", "PyPI", "zope-interface"),
        ("pkg:npm/%40babel/core@7.0.0", "npm", "@babel/core"),
        ("pkg:maven/org.yaml/snakeyaml@1.3", "Maven", "org.yaml:snakeyaml"),
        ("pkg:golang/github.com/gin-gonic/gin@v1.9", "Go", "github.com/gin-gonic/gin"),
        ("pkg:composer/Symfony/HTTP-kernel@6", "Packagist", "symfony/http-kernel"),
        ("pkg:deb/debian/libssl3@3.0.11?distro=debian-12&upstream=openssl%403.0.11", "Debian:12", "openssl"),
        ("pkg:deb/ubuntu/bash@5?distro=jammy", "Ubuntu:22.04", "bash"),
        ("pkg:apk/alpine/busybox@1.36?distro=3.18.4", "Alpine:v3.18", "busybox"),
        ("pkg:rpm/almalinux/bash@5?distro=almalinux-9.2", "AlmaLinux:9", "bash"),
        ("pkg:deb/debian/bash@5", "Debian", "bash"),
        # a source RPM's file name; AlmaLinux' advisories name binary packages, SUSE's name sources
        ("pkg:rpm/suse/libopenssl3@3.0?distro=sles-15.4&upstream=openssl-3-3.0.8-1.src.rpm", "SUSE:15.4", "openssl-3"),
        (
            "pkg:rpm/almalinux/gupnp-devel@1.0-1?distro=almalinux-8&upstream=gupnp-1.0-1.src.rpm",
            "AlmaLinux:8",
            "gupnp-devel",
        ),
        # package URLs keep no capitals of these
        ("pkg:golang/github.com/Masterminds/Sprig@v2", "Go", "github.com/masterminds/sprig"),
        ("pkg:npm/JSONStream@1.0.3", "npm", "jsonstream"),
    ],
)
def test_a_package_is_known_to_advisories_by_ecosystem_and_name(purl, ecosystem, name):
    assert identity_of(parse_purl(purl)) == Identity(ecosystem, name)


def test_same_named_packages_of_two_worlds_never_meet():
    assert identity_of_text("pkg:npm/express") != identity_of_text("pkg:deb/debian/express")
    assert identity_of_text("pkg:docker/nginx") is None
    assert identity_of_text("not a purl") is None


@pytest.mark.parametrize(
    ("ecosystem", "name", "purl"),
    [
        ("npm", "@babel/core", "pkg:npm/%40babel/core"),
        ("Maven", "org.yaml:snakeyaml", "pkg:maven/org.yaml/snakeyaml"),
        ("Go", "github.com/gin-gonic/gin", "pkg:golang/github.com/gin-gonic/gin"),
        ("PyPI", "Jinja2", "pkg:pypi/jinja2"),
    ],
)
def test_an_advisory_s_words_lead_back_to_the_package(ecosystem, name, purl):
    assert str(purl_of(ecosystem, name)) == purl
    assert identity_of(purl_of(ecosystem, name)) == identity_of_text(purl)


@given(
    st.sampled_from(["npm", "Go", "crates.io", "PyPI", "RubyGems", "NuGet", "Packagist", "Hex", "Pub", "Bitnami"]),
    st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,4}(/[A-Za-z][A-Za-z0-9_]{0,4})?", fullmatch=True),
)
def test_an_advisory_s_spelling_of_a_name_never_hides_the_package(ecosystem, name):
    if ecosystem == "Packagist":
        name = f"vendor/{name.replace('/', '-')}"
    try:
        purl = purl_of(ecosystem, name)
    except BadInput:
        return
    assert identity_of(parse_purl(str(purl))).name == fold_name(ecosystem, name)


def test_empty_parts_of_a_namespace_say_nothing():
    assert make_purl(type="npm", namespace="/a//b/", name="c") == parse_purl("pkg:npm/a/b/c")


PART = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@given(st.sampled_from(["npm", "generic", "maven", "deb"]), PART, PART, PART, PART)
def test_what_is_printed_is_read_back(kind, namespace, name, version, value):
    try:
        purl = make_purl(
            type=kind, namespace=namespace, name=name, version=version, qualifiers={"a": value}, subpath=value
        )
    except BadInput:
        return
    try:
        assert parse_purl(str(purl)) == purl
    except BadInput:
        pytest.fail(f"{purl} cannot be read back")


@given(st.text() | st.text("pkg:/@%?#=&abAB01.", max_size=30).map("pkg:npm/".__add__))
def test_nothing_makes_the_reader_fail_otherwise(text):
    try:
        purl = parse_purl(text)
    except LeveeError:
        return
    assert parse_purl(str(purl)) == purl
    identity_of(purl)


@given(
    st.sampled_from([*purl_types.COMMON, "NPM", "julia", "pub", "x.1"]),
    st.sampled_from(["", "%40acme/", "@acme/", "acme/", "a.b/c-d/", "-x/", "A/", "a//b/", "a+b/%2B/", "a_b/./"]),
    st.text("ab.-_A0+~", max_size=5) | st.sampled_from(["a%2B%2B", "%252B", "%%2B2B", "a%3Ab", "a%2fb", "%40"]),
    st.sampled_from(["", "@", "@1.0", "@1.0-RC1", "@1.0+b", "@-1", "@1%3A2%7E3", "@1:2~3", "@1%2", "@1@2", "@%00"]),
    st.sampled_from(["", "?", "?arch=x", "?Arch=X&b=", "?b=1&a=2", "?a=1&a=2", "?a", "?a=b=c/d:e", "?a=%2B", "?a=1#b"]),
)
def test_the_short_ways_for_plain_package_urls_read_as_the_long_way_does(kind, namespace, name, version, qualifiers):
    text = f"pkg:{kind}/{namespace}{name}{version}{qualifiers}"

    def outcome(read):
        try:
            return read(text)
        except BadInput as refusal:
            return refusal.place

    assert outcome(parse_purl) == outcome(purl._parse)


@pytest.mark.parametrize("start", ["pkg:npm/", "pkg:deb/debian/", "pkg:docker/"])
def test_no_way_reads_one_that_is_too_long(start):
    with pytest.raises(BadInput, match="longer than"):
        parse_purl(start + "a" * purl.MAX_LENGTH)
