"""Letters that maintainers answer with, through a real SMTP conversation and a real runner: messages at most."""

from __future__ import annotations

import base64
import smtplib
from datetime import timedelta

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import EndReason
from levee.cases.rules.mail import Label, Outcome
from levee.cases.rules.threads import Audience
from levee.cases.services import arriving
from levee.ledger.models import Pending
from levee.notify.models import Letter
from levee.platform.ports import ports, replaced
from support.coordination import come_in
from support.database import as_role
from support.incoming import ADA, letter, post, post_office, reply_address, taken_in


@pytest.fixture
def port(equipped):
    with post_office() as port:
        yield port


@pytest.fixture
def locator(opened):
    return services.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad project", address=ADA, because="its code"
    )


@pytest.fixture
def maintainer(world, opened, locator):
    return come_in(world, opened.coordinator, locator)


def mailed(opened):
    return [each for each in selectors.messages(opened.finder, opened.case) if each.by_mail]


def only(opened):
    (arrival,) = selectors.arrivals(opened.coordinator, opened.case)
    return arrival


def history(opened):
    return [(each.moves, each.verb) for each in selectors.history(opened.coordinator, opened.case)]


def test_an_answer_by_mail_is_a_message_of_the_maintainer_that_every_party_reads(world, opened, maintainer, port):
    before = history(opened)
    said = post(port, reply_address(world), letter("It is fixed. Status: fixed. Accept."))
    assert [code for code, _ in said] == [250, 250, 250]
    assert taken_in(world) == 1
    (message,) = mailed(opened)
    assert (message.author, message.text) == ("Left-pad project", "It is fixed. Status: fixed. Accept.")
    assert (message.by_mail, message.audience) == (Label.UNVERIFIED, Audience.EVERYONE)
    assert history(opened) == before
    seat = next(each for each in selectors.participants(opened.finder, opened.case) if each.party == maintainer.party)
    assert seat.answer is Answer.NOT_SEEN
    assert only(opened).outcome is Outcome.MESSAGE
    assert ports().arrivals.waiting() == []
    assert selectors.arrivals(opened.finder, opened.case) == []


def test_every_letter_has_an_address_of_its_own_to_answer_to(world, opened, maintainer):
    with as_role(world.owner_role):
        rows = list(Letter.unscoped.exclude(answers_to=None))
    assert len({row.id for row in rows}) == len(rows) == 2
    assert {row.answers_to for row in rows} == {rows[0].answers_to}


def test_before_the_terms_are_accepted_the_owner_alone_reads_it(world, opened, locator, port):
    post(port, reply_address(world), letter("Who are you?"))
    taken_in(world)
    assert mailed(opened) == []
    arrival = only(opened)
    assert (arrival.outcome, arrival.text, arrival.party) == (Outcome.OWNER, "Who are you?", "Left-pad project")
    assert selectors.arrivals(opened.finder, opened.case) == []


REFUSED = {
    "automatic": {"Auto_Submitted": "auto-replied"},
    "generated": {"Auto_Submitted": "auto-generated; x=y"},
    "outlook": {"X_Auto_Response_Suppress": "All"},
    "bulk": {"Precedence": "bulk"},
    "list": {"List_Id": "<dev.example.org>"},
    "own": {"message_id": "<1234@localhost>"},
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_nobody_wrote_is_refused_and_said_so_to_the_owner_and_in_the_senders_log(
    world, opened, maintainer, port, kind
):
    before = history(opened)
    assert post(port, reply_address(world), letter(**REFUSED[kind]))[-1][0] == 250
    taken_in(world)
    assert mailed(opened) == []
    assert only(opened).outcome is Outcome.REFUSED
    assert only(opened).why
    assert history(opened) == before
    with as_role(world.owner_role):
        assert Pending.unscoped.filter(log_key=maintainer.party, fields__contains='"mail.').exists()
        assert not Pending.unscoped.filter(log_key=opened.case, fields__contains='"mail.').exists()


def test_a_mail_servers_report_is_refused(world, opened, maintainer, port):
    post(port, reply_address(world), letter(), sender="")
    taken_in(world)
    assert only(opened).why.startswith("a mail server's report")


def test_out_of_office_by_its_subject_alone_and_circles_are_refused(world, opened, maintainer, port):
    away = letter()
    away.replace_header("Subject", "Out of Office: back in May")
    circling = letter().as_bytes()
    circling = b"".join(b"Received: from a by b\r\n" for _ in range(31)) + circling.replace(b"\n", b"\r\n")
    for each in (away, circling):
        post(port, reply_address(world), each)
    taken_in(world)
    assert {each.outcome for each in selectors.arrivals(opened.coordinator, opened.case)} == {Outcome.REFUSED}


def test_a_letter_that_comes_twice_is_one_message(world, opened, maintainer, port):
    same = letter("Once.", message_id="<same@maintainers.example>")
    for _ in range(2):
        post(port, reply_address(world), same)
        taken_in(world)
        world.clock.advance(timedelta(minutes=1))
    assert len(mailed(opened)) == 1
    assert [each.outcome for each in selectors.arrivals(opened.coordinator, opened.case)] == ["message", "refused"]


def test_more_than_twenty_an_hour_are_refused_and_an_hour_later_not(world, opened, maintainer, port):
    for number in range(arriving.MOST_AN_HOUR + 1):
        post(port, reply_address(world), letter(f"number {number}"))
        taken_in(world)
    assert len(mailed(opened)) == arriving.MOST_AN_HOUR
    world.clock.advance(timedelta(hours=1))
    post(port, reply_address(world), letter("later"))
    taken_in(world)
    assert mailed(opened)[-1].text == "later"


def test_what_the_letter_quotes_and_its_codes_are_not_sent_on(world, opened, maintainer, port):
    text = (
        "We see it.\n\nOn Mon, 23 Nov 2026 at 09:00, Levee <levee@localhost> wrote:\n"
        "> There is something for you\n> the secret of the case\n> ABCDE12345\n"
    )
    post(port, reply_address(world), letter(text))
    taken_in(world)
    assert mailed(opened)[0].text == "We see it."


def test_attachments_are_not_taken_in_and_the_message_says_so(world, opened, maintainer, port):
    message = letter("See the patch.")
    message.add_attachment(b"MZ...", maintype="application", subtype="octet-stream", filename="../../x.exe")
    post(port, reply_address(world), message)
    taken_in(world)
    assert mailed(opened)[0].text == "See the patch.\n\n[1 attached to the letter: not taken in]"
    assert "x.exe" not in mailed(opened)[0].text


def test_forty_mebibytes_are_refused_in_the_conversation_whoever_is_written_to(world, opened, maintainer, port):
    big = letter()
    big.add_attachment(b"\0" * (40 << 20), maintype="application", subtype="octet-stream", filename="a")
    raw = big.as_bytes().replace(b"\n", b"\r\n")
    answers = set()
    for to in (reply_address(world), f"levee+{'0' * 32}@localhost"):
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
            server.ehlo("there")
            server.mail(ADA)
            server.rcpt(to)
            answers.add(server.data(raw))
    assert {code for code, _ in answers} == {552}
    assert len(answers) == 1
    assert taken_in(world) == 0


def test_an_unknown_an_ended_and_a_known_address_get_the_same_answer(world, opened, maintainer, port):
    known = reply_address(world)
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    ended = post(port, known, letter())
    unknown = post(port, f"levee+{'0' * 32}@localhost", letter())
    assert ended == unknown
    taken_in(world)
    assert mailed(opened) == []
    assert only(opened).why == "the link that it answers to has ended"
    assert post(port, "somebody@localhost", letter())[-1][0] == 550
    assert post(port, "levee@localhost", letter())[-1][0] == 550


def key_pair():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def signed(message, private, *, domain="maintainers.example", **options):
    raw = message.as_bytes().replace(b"\n", b"\r\n")
    return dkim.sign(raw, b"mail", domain.encode(), private, include_headers=[b"from", b"subject"], **options) + raw


@pytest.fixture(scope="module")
def pair():
    return key_pair()


@pytest.fixture
def dns(pair, equipped):
    names = {"mail._domainkey.maintainers.example": pair[1], "mail._domainkey.evil.example": pair[1]}
    with replaced(look_up_key=names.get):
        yield names


def label_after(world, opened, port, raw):
    post(port, reply_address(world), raw)
    taken_in(world)
    return mailed(opened)[-1].by_mail


def test_a_letter_that_its_domain_signed_is_labelled_so(world, opened, maintainer, port, dns, pair):
    assert label_after(world, opened, port, signed(letter("Signed."), pair[0])) is Label.SIGNED


def changed(raw):
    return raw.replace(b"Signed.", b"Forged!")


FORGED = {
    "unsigned": lambda _pair: letter("x"),
    "changed after it was signed": lambda pair: changed(signed(letter("Signed."), pair[0])),
    "signed by another domain": lambda pair: signed(letter("x"), pair[0], domain="evil.example"),
    "from another address": lambda pair: signed(letter("x", sender="eve@maintainers.example"), pair[0]),
    "with a key that is not published": lambda _pair: signed(letter("x"), key_pair()[0]),
    "signed in part": lambda pair: signed(letter("x"), pair[0], length=True) + b"and more\r\n",
    "with a second From": lambda pair: (
        b"From: Ada <ada@maintainers.example>\r\n" + signed(letter("x", sender="eve@maintainers.example"), pair[0])
    ),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_sender_is_unverified_and_nothing_more(world, opened, maintainer, port, dns, pair, how):
    assert label_after(world, opened, port, FORGED[how](pair)) is Label.UNVERIFIED
