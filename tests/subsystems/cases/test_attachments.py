"""Files beside messages: kept encrypted, given to those who read the message, saved and never shown."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from levee.cases import selectors, services
from levee.cases.models import Attachment, Message
from levee.cases.rules.embargo import ConsentVerb
from levee.cases.rules.threads import Audience
from levee.cases.types import File
from levee.findings import services as findings
from levee.kernel.errors import BadInput, Conflict, NotFound, TooLarge
from levee.kernel.ids import public_id
from levee.platform.ports import replaced
from levee.web.signed_in import SESSION_KEY
from support.coordination import vendor_of
from support.database import as_role

MEBIBYTE = 1024 * 1024
BOMB = b"<html><script>fetch('/organisation/')</script><svg onload=alert(1)>" + b"<div>" * 100_000


@pytest.fixture
def vendor(world, opened):
    actor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=actor.party, name="Minimist", because="its code")
    world.clock.advance(timedelta(minutes=1))
    return actor


def attach(opened, actor, data=b"a log", name="log.txt", text="", **more):
    services.send(actor, opened.case, text=text, author="A", file=File(name=name, data=data), **more)
    rows = selectors.messages(actor, opened.case)
    return next(file.id for each in reversed(rows) for file in each.attachments)


def stored(tmp_path):
    return {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "blobs" in path.parts}


def kept(world):
    with as_role(world.owner_role):
        return Message.unscoped.count(), Attachment.unscoped.count()


def signed_in(actor):
    client = Client()
    session = client.session
    session[SESSION_KEY] = str(actor.id)
    session.save()
    return client


def test_a_file_is_read_by_those_who_read_its_message(opened, vendor):
    file = attach(opened, opened.finder, b"\0\1a crash", name="core.bin", text="it crashes")
    for reader in (opened.coordinator, opened.finder, vendor):
        found = selectors.attachment(reader, opened.case, file)
        assert (found.name, found.data) == ("core.bin", b"\0\1a crash")
    said = selectors.messages(vendor, opened.case)[0]
    assert [(each.name, each.size) for each in said.attachments] == [("core.bin", 9)]


def test_a_file_of_a_thread_is_there_for_nobody_else(world, opened, vendor):
    thread = services.open_thread(opened.finder, opened.case, audience=Audience.PARTY, subject="Between us")
    file = attach(opened, opened.finder, thread=thread)
    for reader in (vendor, vendor_of(world)):
        with pytest.raises(NotFound):
            selectors.attachment(reader, opened.case, file)
    with pytest.raises(NotFound) as absent:
        selectors.attachment(vendor, opened.case, uuid4())
    with pytest.raises(NotFound) as hidden:
        selectors.attachment(vendor, opened.case, file)
    assert str(absent.value) == str(hidden.value)


def test_a_file_is_held_back_as_its_message_is(world, opened, vendor):
    services.propose_embargo(vendor, opened.case, end=world.clock.now() + timedelta(days=60), because="a release")
    world.clock.advance(timedelta(minutes=1))
    file = attach(opened, vendor)
    with pytest.raises(NotFound):
        selectors.attachment(opened.finder, opened.case, file)
    services.consent(opened.finder, opened.case, verb=ConsentVerb.ACCEPT)
    assert selectors.attachment(opened.finder, opened.case, file).data == b"a log"


def test_forty_mebibytes_are_refused_with_the_limit_named_and_nothing_is_kept(world, opened, tmp_path):
    before, files = kept(world), stored(tmp_path)
    noted = []
    with (
        replaced(on_refusal=lambda actor, error: noted.append((actor.party, error.code))),
        pytest.raises(TooLarge, match="at most 16 MiB") as refused,
    ):
        attach(opened, opened.finder, bytes(40 * MEBIBYTE), name="core")
    assert noted == [(opened.finder.party, refused.value.code)], "who was refused finds it in its own log"
    assert (refused.value.place, "40.0 MiB" in refused.value.advice()) == ("file", True)
    assert (kept(world), stored(tmp_path)) == (before, files)
    assert len(
        selectors.attachment(opened.finder, opened.case, attach(opened, opened.finder, bytes(16 * MEBIBYTE))).data
    )


@pytest.mark.parametrize(
    "name", ["", " ", "..", "../../etc/passwd", "a\\b", "a\nb", "a\0b", "invoice\u202efdp.exe", "x" * 201]
)
def test_a_name_that_plays_tricks_is_refused_and_nothing_is_kept(world, opened, tmp_path, name):
    before, files = kept(world), stored(tmp_path)
    with pytest.raises(BadInput) as refused:
        attach(opened, opened.finder, name=name)
    assert refused.value.place == "filename"
    assert (kept(world), stored(tmp_path)) == (before, files)


def test_an_empty_file_is_refused(world, opened):
    with pytest.raises(BadInput) as refused:
        attach(opened, opened.finder, b"")
    assert refused.value.place == "file"


def test_nothing_that_was_sent_stands_readable_in_the_folder(opened, tmp_path):
    attach(opened, opened.finder, b"the way in is through the arguments")
    assert stored(tmp_path)
    assert not any(b"arguments" in data for data in stored(tmp_path).values())


def test_what_one_sends_again_is_kept_once_and_what_another_sends_apart(world, opened, vendor, tmp_path):
    before = len(stored(tmp_path))
    for _ in range(3):
        attach(opened, opened.finder, b"the same bytes")
    assert len(stored(tmp_path)) == before + 1
    attach(opened, vendor, b"the same bytes")
    assert len(stored(tmp_path)) == before + 2
    with as_role(world.owner_role):
        assert Attachment.unscoped.values("address").distinct().count() == 2


def test_bytes_are_gone_where_the_message_is_refused_after_they_were_kept(world, opened, tmp_path, monkeypatch):
    from levee.cases.services import messages

    def full(*_given, **_more):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(messages, "record", full)
    before, files = kept(world), stored(tmp_path)
    with pytest.raises(RuntimeError):
        attach(opened, opened.finder)
    assert (kept(world), stored(tmp_path)) == (before, files)


@pytest.mark.parametrize("name", ["bomb.html", "x.svg", 'quote".html', "bericht größer.html", ".htaccess"])
def test_a_bomb_is_saved_and_never_shown(opened, vendor, name):
    file = attach(opened, opened.finder, BOMB, name=name)
    case, key = public_id("CAS", opened.case), public_id("ATT", file)
    for path in (f"/cases/{case}/attachments/{key}/", f"/api/v1/cases/{case}/attachments/{key}"):
        answer = signed_in(vendor).get(path)
        assert answer.status_code == 200
        assert answer.content == BOMB
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        kind, _, said = answer["Content-Disposition"].partition("; filename=")
        assert kind == "attachment"
        assert said.strip('"').replace("_", "").replace("-", "").replace(".", "").isalnum()
        assert not said.strip('"').startswith(".")


def test_words_that_were_hidden_are_refused_and_a_file_of_before_is_held_back_from_others(opened, vendor):
    file = attach(opened, opened.finder, b"Prototype pollution, says Jane", name="Prototype pollution.txt")
    findings.redact(opened.coordinator, opened.finding, passages=["Prototype pollution"], reason="a name")
    for given, place in ((b"Prototype pollution", "file"), (b"plain", "filename")):
        with pytest.raises(BadInput) as refused:
            attach(opened, opened.finder, given, name="Prototype pollution.txt" if place == "filename" else "a.txt")
        assert refused.value.place == place
    with pytest.raises(Conflict):
        selectors.attachment(vendor, opened.case, file)
    assert "Prototype" not in selectors.messages(vendor, opened.case)[0].attachments[0].name
    assert selectors.attachment(opened.finder, opened.case, file).data.endswith(b"Jane")


def test_a_file_is_sent_on_the_page_and_a_large_one_refused_beside_its_field(world, opened, vendor):
    from django.core.files.uploadedfile import SimpleUploadedFile

    thread = selectors.threads(vendor, opened.case)[0].public_id
    page = f"/cases/{public_id('CAS', opened.case)}/threads/{thread}/"
    client, before = signed_in(vendor), kept(world)
    answer = client.post(page, {"text": "see", "file": SimpleUploadedFile("core", bytes(40 * MEBIBYTE))})
    assert answer.status_code == 400
    assert b"at most 16 MiB" in answer.content
    assert kept(world) == before
    assert client.post(page, {"text": "", "file": SimpleUploadedFile("a.txt", b"a log")}).status_code == 302
    assert b"a.txt" in client.get(page).content
