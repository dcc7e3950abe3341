"""CPE names a product only by vendor and product, and never what has advisories of its own."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from levee.formats.cpe import Cpe, cpe_version, read_cpe


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("cpe:2.3:o:siemens:s7-1200_firmware:4.2.1:*:*:*:*:*:*:*", Cpe("siemens:s7-1200_firmware", "4.2.1")),
        ("cpe:/a:OpenBSD:OpenSSH:9.2:p1", Cpe("openbsd:openssh", "9.2")),
        ("cpe:2.3:a:foo\\:bar:b\\.c:1\\.0:*:*:*:*:*:*:*", Cpe("foo%3abar:b.c", "1.0")),
        ("cpe:/a:foo%3abar:b.c:1", Cpe("foo%3abar:b.c", "1")),
        ("cpe:2.3:h:acme:gate:-:*:*:*:*:*:*:*", Cpe("acme:gate", "")),
        ("cpe:/h:acme:gate", Cpe("acme:gate", "")),
    ],
)
def test_both_spellings_name_vendor_product_and_version(text, meant):
    assert read_cpe(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "openssl",
        "cpe:2.3:a:*:openssl:1.0:*:*:*:*:*:*:*",
        "cpe:2.3:a:openssl:*:1.0:*:*:*:*:*:*:*",
        "cpe:2.3:a:openssl:open*:1.0:*:*:*:*:*:*:*",
        "cpe:/a:openssl",
        "cpe:/a:n/a:n/a:1.0",
        "cpe:2.3:x:acme:gate:1.0:*:*:*:*:*:*:*",
        "cpe:2.3:a:lodash:lodash:4.17.11:*:*:*:*:node.js:*:*",
        "cpe:2.3:o:debian:debian_linux:12.0:*:*:*:*:*:*:*",
        "cpe:/a:ac%00me:gate:1",
        "cpe:/a:" + "x" * 600,
    ],
)
def test_what_would_meet_what_it_does_not_mean_is_no_name(text):
    assert read_cpe(text) is None


def test_a_stated_version_without_an_order_gives_way_to_that_of_the_name():
    assert cpe_version("9.2p1", "9.2") == "9.2"
    assert cpe_version("9.3", "9.2") == "9.3"
    assert cpe_version("9.2p1", "") == "9.2p1"
    assert cpe_version("", "9.2") == "9.2"


@given(st.text(max_size=60) | st.text(":*?\\\\-abc%/.123", max_size=60).map("cpe:2.3:a:{}".format))
def test_whatever_is_read_has_a_vendor_and_a_product_without_a_pattern(text):
    cpe = read_cpe(text)
    assert cpe is None or re.fullmatch(r"[^:\x00-\x1f]+:[^:\x00-\x1f]+", cpe.name)


WORDS = st.text("abz09_.!~: -", min_size=1, max_size=8).filter(
    lambda word: word.strip() and read_cpe(f"cpe:/a:{word}:x")
)


@example("0", "0_")
@example("a b", "a_b")
@given(WORDS, WORDS)
def test_two_products_never_get_one_name(one, other):
    def named(vendor, product):
        spelt = (re.sub(r"([^a-zA-Z0-9_])", r"\\\1", word) for word in (vendor, product))
        cpe = read_cpe(f"cpe:2.3:a:{':'.join(spelt)}:1:*:*:*:*:*:*:*")
        return cpe and cpe.name

    same = ["_".join(word.split()) for word in (one, other)]  # a blank is spelt so; other underlines are the name's own
    assert (named(one, "p") == named(other, "p")) == (same[0] == same[1])
