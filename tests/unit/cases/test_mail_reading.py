"""Reading letters as hostile input: whatever comes is a letter or a refusal, within bounds, without what it quotes."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from levee.cases.mail.job import letter_in
from levee.cases.mail.markup import text_of_markup
from levee.cases.mail.quotes import own_words
from levee.cases.mail.reading import DEEPEST, MOST_BYTES, MOST_PARTS, MOST_TEXT, read_letter
from levee.cases.mail.refusals import NotTaken, Why
from levee.cases.mail.signatures import is_signed, key_names
from levee.kernel.errors import Unavailable
from levee.platform.runner.wire import Message

HEAD = b"From: Ada <ada@example.org>\r\nMessage-ID: <1@example.org>\r\n"


def read(raw, *, no_sender=False):
    return read_letter(raw, no_sender=no_sender, house="house.example")


def why(raw, **more):
    with pytest.raises(NotTaken) as refused:
        read(raw, **more)
    return refused.value.why


def plain(text, **fields):
    message = EmailMessage()
    message["From"] = "Ada <ada@example.org>"
    for name, value in fields.items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


fields = st.sampled_from(
    [b"From", b"Subject", b"Content-Type", b"Content-Transfer-Encoding", b"Message-ID", b"Precedence", b"Received"]
)
values = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"multipart/mixed; boundary=a",
            b"multipart/mixed; boundary=",
            b'text/plain; charset="x-none"',
            b"text/html; charset=utf-7",
            b"message/rfc822",
            b"base64",
            b"quoted-printable",
            b"=?utf-8?b?\xff?=",
            b"=?x-none?q?a?=",
            b"Ada <ada@example.org>",
        ]
    ),
)
bodies = st.one_of(st.binary(max_size=400), st.sampled_from([b"--a\r\n\r\nhello\r\n--a--", b"--a\r\n--a\r\n--a"]))


@given(st.lists(st.tuples(fields, values), max_size=8), bodies)
@example([(b"From", b"a@b"), (b"Content-Type", b"text/plain; charset=punycode")], b"\xff\xff---")
def test_whatever_arrives_is_a_letter_within_bounds_or_a_refusal(headers, body):
    raw = b"".join(name + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + body
    try:
        letter = read(raw)
    except NotTaken as refusal:
        assert refusal.why.says
        return
    assert 0 < len(letter.text.encode()) <= MOST_TEXT
    assert letter.attachments <= MOST_PARTS
    assert not set(letter.text) & {chr(code) for code in (*range(9), *range(14, 32), 0x202E, 0x200B)}


@given(st.binary(max_size=2000))
def test_no_bytes_break_the_search_for_signatures(raw):
    for each in (raw, b"DKIM-Signature: " + raw + b"\r\n\r\nhello"):
        names = key_names(each, "example.org")
        assert not is_signed(each, "example.org", dict.fromkeys(names, b"v=DKIM1; p=AAAA"))


words = st.text("abc xyz.,!", min_size=1, max_size=40).map(str.strip).filter(bool)


@given(st.lists(words, min_size=1, max_size=5), st.lists(words, max_size=5))
def test_quoted_lines_go_and_own_lines_stay_wherever_they_stand(own, quoted):
    mixed = [line for pair in zip(own, [*(f"> {each}" for each in quoted), *[""] * 5], strict=False) for line in pair]
    told = own_words("\n".join(mixed))
    assert [line for line in told.split("\n") if line.strip()] == [line.rstrip() for line in own]
    assert ">" not in told


@given(words, words)
def test_nothing_below_an_older_letter_is_kept(own, secret):
    for divider in (
        "-----Original Message-----",
        "On Mon, 23 Nov 2026 at 09:00 Levee <l@house.example> wrote:",
        "On Mon, 23 Nov 2026 at 09:00 Levee\n<l@house.example> wrote:",
        "Am 23.11.26 um 09:00 schrieb Levee:",
        "From: Levee <l@house.example>\nSent: Monday\nTo: Ada",
        "________________________________",
        "-- ",
    ):
        assert own_words(f"{own}\n\n{divider}\n\n{secret} SECRET") == own_words(own)


def test_codes_and_locators_are_taken_out_of_what_stays():
    told = own_words("we got AB1DEF6HJK at\nhttps://house.example/contact/CON-ABC/ and\nABCDEFGHJK\nit is DEPRECATED")
    assert told == "we got … at\n… and\n\nit is DEPRECATED"


def test_markup_is_read_for_what_a_reader_sees():
    told = text_of_markup(
        "<head><title>no</title></head><style>p{}</style><p>We <b>see</b> it.</p><script>alert(1)</script>"
        "<blockquote>the secret</blockquote><p>Soon.</p><div class='gmail_quote'>older <p>secret</p></div>"
    )
    assert told.split() == ["We", "see", "it.", "Soon."]


@given(st.text(max_size=300))
def test_no_markup_breaks_its_reader_and_no_tag_is_left_open_around_what_is_unseen(text):
    assert isinstance(text_of_markup(text), str)
    assert "SECRET" not in text_of_markup(f"<blockquote><p>{text.replace('<', '')}SECRET</blockquote>after")


def test_html_alone_is_read_and_never_fetched():
    raw = HEAD + b"Content-Type: text/html\r\n\r\n<p>Hello<img src='http://tracker.example/x'></p>"
    assert read(raw).text == "Hello"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"Auto-Submitted": "auto-replied"}, Why.AUTOMATIC),
        ({"Precedence": "Bulk"}, Why.AUTOMATIC),
        ({"X-Auto-Response-Suppress": "OOF"}, Why.AUTOMATIC),
        ({"Subject": "Automatic reply: gone fishing"}, Why.AUTOMATIC),
        ({"Subject": "=?utf-8?b?T3V0IG9mIG9mZmljZQ==?="}, Why.AUTOMATIC),
        ({"Precedence": "list"}, Why.LIST),
        ({"List-Id": "<x.example>"}, Why.LIST),
        ({"Message-ID": "<1@House.Example>"}, Why.LOOP),
    ],
)
def test_what_nobody_wrote_is_refused_by_its_reason(fields, reason):
    assert why(plain("hello", **fields)) is reason


def test_a_person_who_says_that_it_is_no_automatic_mail_is_heard():
    assert read(plain("hello", **{"Auto-Submitted": "no"})).text == "hello"


def test_bounces_bombs_and_what_is_too_large_are_refused():
    assert why(plain("hello"), no_sender=True) is Why.BOUNCE
    assert why(HEAD + b"Content-Type: multipart/report; boundary=a\r\n\r\n--a\r\n\r\nx\r\n--a--") is Why.BOUNCE
    assert why(b"x" * (MOST_BYTES + 1)) is Why.TOO_LARGE
    assert why(plain("x " * MOST_TEXT)) is Why.TOO_LARGE
    assert why(HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 300_000) is Why.TOO_LARGE
    nested = HEAD
    for depth in range(DEEPEST + 3):
        nested += f"Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n".encode()
    assert why(nested + b"\r\nhello") is Why.TOO_MANY_PARTS
    many = HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\r\nx\r\n" * 1000
    assert why(many) is Why.TOO_MANY_PARTS
    bomb = HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n" * 1000 + b"\r\n--a\r\n\r\nx"
    assert why(bomb) is Why.TOO_MANY_PARTS
    assert why(HEAD + b"\r\n> only a quote") is Why.EMPTY
    assert why(b"\r\nno fields at all") is Why.UNREADABLE
    assert why(HEAD + b"X: y\r\n" * 1000 + b"\r\nhello") is Why.UNREADABLE


def test_a_letter_within_the_letter_is_an_attachment_and_its_text_stays_there():
    outer = EmailMessage()
    outer["From"] = "ada@example.org"
    outer.set_content("see below")
    inner = EmailMessage()
    inner.set_content("the secret")
    outer.add_attachment(inner)
    letter = read(outer.as_bytes())
    assert (letter.text, letter.attachments) == ("see below", 1)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"refused": "because"},
        {"refused": "hidden_words"},
        {"letter": {"sender": "a@b", "text": "", "attachments": 0, "digest": "0" * 64}, "keys": []},
        {"letter": {"sender": "a@b", "text": "x", "attachments": 0, "digest": "0" * 64}, "keys": ["k"] * 9},
        {"letter": {"sender": "a@b", "text": "x", "attachments": 0, "digest": "0" * 64}, "keys": [], "more": 1},
        {"letter": {"sender": "a@b", "text": "x" * (MOST_TEXT + 1), "attachments": 0, "digest": "0" * 64}, "keys": []},
    ],
)
def test_an_answer_of_another_shape_is_no_letter(answer):
    with pytest.raises(Unavailable):
        letter_in(Message(header=answer), "example.org")


def test_keys_of_other_domains_are_not_asked_for():
    told = {"sender": "a@b", "text": "x", "attachments": 0, "digest": "0" * 64}
    names = ["s._domainkey.example.org", "s._domainkey.evil.example", "example.org"]
    _, kept = letter_in(Message(header={"letter": told, "keys": names}), "example.org")
    assert kept == ["s._domainkey.example.org"]
