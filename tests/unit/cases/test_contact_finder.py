"""Whom documents name to write to about a flaw, where it stands, and how far it can be trusted."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.cases.finder import Trust, Way, contacts_in, document_of
from levee.cases.finder.documents import LARGEST
from levee.kernel.errors import BadInput, LeveeError, TooLarge

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECURITY_TXT = """# our address
Contact: mailto:security%40widget.org
Contact: https://widget.org/report
Contact: tel:+1-201-555-0123
Expires: 2027-01-01T00:00:00Z
Encryption: https://widget.org/key.asc
Preferred-Languages: en, de
Canonical: https://widget.org/.well-known/security.txt
"""


def found(name, text, *, url=""):
    return contacts_in([document_of(name, text.encode(), now=NOW, url=url)])


def test_security_txt_names_its_contacts_in_its_own_order_with_key_languages_and_end():
    first, page, phone = found("security.txt", SECURITY_TXT, url="https://widget.org/.well-known/security.txt")
    assert (first.way, first.value, first.place) == (Way.MAIL, "security@widget.org", "line 2")
    assert (first.trust, first.doubts) == (Trust.STATED, ())
    assert (first.languages, first.encryption) == (("en", "de"), ("https://widget.org/key.asc",))
    assert first.until == datetime(2027, 1, 1, tzinfo=UTC)
    assert (page.way, page.value) == (Way.PAGE, "https://widget.org/report")
    assert (phone.way, phone.value) == (Way.PHONE, "+1-201-555-0123")


@pytest.mark.parametrize(
    ("change", "url", "doubt"),
    [
        (("2027-01-01", "2026-11-22"), "", "out of date since 2026-11-22"),
        (("Expires: 2027-01-01T00:00:00Z\n", ""), "", "does not say until when"),
        (("", ""), "https://evil.example/security.txt", "belongs to https://widget.org"),
    ],
)
def test_a_security_txt_that_is_out_of_date_or_not_from_its_place_is_doubtful_and_says_why(change, url, doubt):
    contacts = found("security.txt", SECURITY_TXT.replace(*change), url=url)
    assert {each.trust for each in contacts} == {Trust.DOUBTFUL}
    assert doubt in contacts[0].doubts[0]


@pytest.mark.parametrize(
    "text",
    [
        "Expires: 2027-01-01T00:00:00Z",
        SECURITY_TXT + "Expires: 2028-01-01T00:00:00Z",
        SECURITY_TXT.replace("2027-01-01T00:00:00Z", "soon"),
        SECURITY_TXT.replace("00:00Z", "00:00"),
    ],
)
def test_a_security_txt_that_breaks_its_rules_is_refused_by_its_place(text):
    with pytest.raises(BadInput) as refused:
        found("security.txt", text)
    assert refused.value.place.startswith("security.txt")


def test_a_signed_security_txt_is_read_inside_its_signature():
    signed = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{SECURITY_TXT}-----BEGIN PGP SIGNATURE-----\n"
    assert found("security.txt", signed)[0].value == "security@widget.org"


def test_a_security_md_names_mailboxes_even_hidden_ones_and_the_page_for_reports():
    text = """# Security Policy

Please report vulnerabilities to security [at] widget [dot] org
or at https://github.com/widget/widget/security/advisories/new.

## Thanks

We thank
many people,
among them
bob@fan.org and no-reply@widget.org and a@example.com.
"""
    by_value = {each.value: each for each in found("docs/SECURITY.md", text)}
    assert by_value["security@widget.org"].trust is Trust.STATED
    assert by_value["https://github.com/widget/widget/security/advisories/new"].way is Way.PAGE
    assert by_value["bob@fan.org"].trust is Trust.MENTIONED
    assert len(by_value) == 3


def test_npm_tells_publishers_from_what_was_written_into_the_package():
    data = {
        "name": "widget",
        "bugs": {"email": "bugs@widget.org"},
        "maintainers": [{"name": "ada", "email": "ada@widget.org"}],
        "author": "Bob <bob@widget.org> (https://bob.example)",
    }
    told = [(each.value, each.place, each.trust) for each in found("widget.json", json.dumps(data))]
    assert told == [
        ("ada@widget.org", "maintainers/0", Trust.PUBLISHES),
        ("bugs@widget.org", "bugs/email", Trust.MENTIONED),
        ("bob@widget.org", "author/0", Trust.MENTIONED),
    ]


def test_pypi_tells_its_page_for_flaws_and_who_was_written_into_the_package():
    info = {
        "author": "Bob",
        "author_email": "bob@widget.org",
        "maintainer_email": "Ada <ada@widget.org>, Cleo <cleo@widget.org>",
        "project_urls": {"Security policy": "https://widget.org/security", "Home": "https://widget.org/"},
    }
    told = {each.value: each for each in found("widget.json", json.dumps({"info": info}))}
    assert told["https://widget.org/security"].trust is Trust.STATED
    assert (told["ada@widget.org"].name, told["bob@widget.org"].name) == ("Ada", "Bob")
    assert "https://widget.org/" not in told


def test_what_is_most_to_be_trusted_comes_first_whatever_document_it_is_in():
    npm = document_of("p.json", b'{"name": "p", "maintainers": [{"email": "a@widget.org"}]}', now=NOW)
    policy = document_of("SECURITY.md", b"Report flaws to b@widget.org", now=NOW)
    assert [each.value for each in contacts_in([npm, policy])] == ["b@widget.org", "a@widget.org"]


def test_what_is_of_no_kind_or_too_large_is_refused_by_its_name():
    with pytest.raises(BadInput) as refused:
        found("README.md", "write to a@widget.org")
    assert refused.value.place == "README.md"
    with pytest.raises(TooLarge):
        document_of("SECURITY.md", b"x" * (LARGEST + 1), now=NOW)


@given(st.sampled_from(["security.txt", "SECURITY.md", "x.json"]), st.one_of(st.text(), st.binary().map(repr)))
def test_whatever_stands_in_a_document_it_names_addresses_or_is_refused(name, text):
    try:
        contacts = found(name, text)
    except LeveeError:
        return
    assert all(each.value and each.place for each in contacts)


leaves = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=20))
anything = st.recursive(
    leaves, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)), max_leaves=8
)


@given(anything, anything)
def test_whatever_a_registry_says_of_people_is_read_or_passed_over(one, other):
    for data in (
        {"name": "p", "maintainers": one, "author": other, "bugs": one},
        {"info": {"author_email": one, "maintainer_email": other, "project_urls": one}},
    ):
        for each in found("p.json", json.dumps(data)):
            assert each.value
