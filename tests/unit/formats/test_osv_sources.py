"""Advisories that are kept as YAML or as RustSec's Markdown say the same in OSV."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.osv import Answer, osv_record, rustsec_document, yaml_document
from levee.formats.osv.evaluate import evaluate
from levee.kernel.errors import BadInput, TooLarge

MARKDOWN = """```toml
[advisory]
id = "RUSTSEC-2026-0001"
package = "reed"
date = "2026-01-05"
aliases = ["CVE-2026-1"]

[versions]
patched = [{patched}]
unaffected = [{unaffected}]
```

# A reed breaks

It breaks in the wind.
"""


def advisory(patched=(), unaffected=()):
    def listed(each):
        return ", ".join(f'"{one}"' for one in each)

    return rustsec_document(MARKDOWN.format(patched=listed(patched), unaffected=listed(unaffected)).encode())


def hit(document, version):
    record = osv_record(document)
    answer = evaluate(record, record.affected[0], version)
    return answer is not None and answer.answer is Answer.AFFECTED


def test_a_rustsec_advisory_keeps_its_names_dates_and_words():
    document = advisory(patched=[">= 1.2.3"])
    assert document["id"] == "RUSTSEC-2026-0001"
    assert document["aliases"] == ["CVE-2026-1"]
    assert document["published"] == document["modified"] == "2026-01-05T00:00:00Z"
    assert (document["summary"], document["details"]) == ("A reed breaks", "It breaks in the wind.")


@pytest.mark.parametrize(
    ("patched", "unaffected", "affected", "safe"),
    [
        ([">= 1.2.3"], [], "0.1.0 1.2.2 1.2.3-rc.1", "1.2.3 2.0.0"),
        ([], [], "0.0.1 99.0.0", ""),
        ([">= 1.4"], ["< 1.2"], "1.2.0 1.3.9", "1.1.9 1.4.0"),
        (["^1.2.3", ">= 2.1.0"], [], "1.2.2 2.0.0-alpha.1 2.0.5", "1.2.3 1.99.0 2.1.0"),
        (["~0.4.2"], ["<= 0.4.0"], "0.4.1 0.5.0 0.4.1-pre", "0.4.0 0.4.2 0.4.9"),
        ([">= 1.18.4, < 1.19.0", ">= 1.23.1"], [], "1.18.3 1.19.0 1.23.0", "1.18.4 1.18.9 1.23.1"),
        (["> 1.0.0"], [], "0.9.0 1.0.0", "1.0.1"),
        (["0.3.1"], [], "0.3.0 0.4.0", "0.3.1 0.3.9"),
        (["=2.0.1"], ["> 3"], "2.0.0 2.0.2 3.5.0", "2.0.1 4.0.0"),
        ([">= 0"], [], "", "0.1.0 5.0.0"),
    ],
)
def test_what_is_not_stated_as_safe_is_affected(patched, unaffected, affected, safe):
    document = advisory(patched, unaffected)
    assert [version for version in affected.split() if not hit(document, version)] == []
    assert [version for version in safe.split() if hit(document, version)] == []


numbers = st.integers(0, 4)
versions = st.tuples(numbers, numbers, numbers)
comparators = st.tuples(st.sampled_from([">=", ">", "<", "<=", "=", "^", "~"]), versions)
requirements = st.lists(comparators, min_size=1, max_size=2)


def meets(version, comparator):
    """Cargo's rules for whole versions, read plainly."""
    sign, (major, minor, patch) = comparator
    bound = (major, minor, patch)
    plain = {">=": version >= bound, ">": version > bound, "<": version < bound, "<=": version <= bound}
    if sign in plain:
        return plain[sign]
    if sign == "=":
        return version == bound
    if sign == "~":
        return version >= bound and version[:2] == (major, minor)
    kept = 1 if major else 2 if minor else 3
    return version >= bound and version[:kept] == bound[:kept]


@given(stated=st.lists(requirements, max_size=4), asked=versions)
def test_a_version_is_affected_unless_some_requirement_covers_it(stated, asked):
    def spelled(version):
        return ".".join(map(str, version))

    document = advisory([", ".join(f"{sign} {spelled(bound)}" for sign, bound in each) for each in stated])
    covered = any(all(meets(asked, comparator) for comparator in each) for each in stated)
    assert hit(document, spelled(asked)) is not covered


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("# Only words", "line 1"),
        ("```toml\n[advisory\n```\n", "line 1"),
        ('```toml\n[advisory]\nid = "R"\n```\n', "/advisory/"),
        (MARKDOWN.format(patched='"newer"', unaffected=""), "/versions/patched/0"),
        (MARKDOWN.replace("2026-01-05", "January").format(patched="", unaffected=""), "/advisory/date"),
    ],
)
def test_what_is_no_rustsec_advisory_is_refused_with_its_place(text, place):
    with pytest.raises(BadInput) as refused:
        rustsec_document(text.encode())
    assert re.match(place, refused.value.place)


def test_versions_in_yaml_stay_as_they_are_written():
    document = yaml_document(
        b"id: PYSEC-1\nmodified: 2026-01-05T00:00:00Z\naffected:\n- package: {ecosystem: PyPI, name: reed}\n"
        b"  versions: [1.10, 1e3, 0x10, yes]\n"
    )
    assert document["affected"][0]["versions"] == ["1.10", "1e3", "0x10", "yes"]
    assert osv_record(document).modified.year == 2026


@pytest.mark.parametrize(
    ("data", "error", "place"),
    [
        (b"id: a\nid: b\n", BadInput, "line 1"),
        (b"a: [1, 2\nb: 3\n", BadInput, "line 2"),
        (b"a: &x [b]\nc: *x\n", BadInput, ""),
        (b"- a\n", BadInput, "/"),
        (b"\x80\x81", BadInput, ""),
        (b"a: " + b"[" * 60 + b"]" * 60, TooLarge, ""),
        (b"id: !!python/object/apply:os.system ['true']\nmodified: x\n", None, ""),
    ],
)
def test_yaml_that_is_more_than_plain_values_is_refused(data, error, place):
    if error is None:
        assert yaml_document(data)["id"] == ["true"]  # a tag makes nothing
        return
    with pytest.raises(error) as refused:
        yaml_document(data)
    assert refused.value.place.startswith(place)
