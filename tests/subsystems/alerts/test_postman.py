"""The postman hands each letter to the mail server once, whoever is killed while it does."""

import os
import signal
import socket
import time
from pathlib import Path
from uuid import uuid4

import pytest

from levee.kernel.clock import SystemClock
from levee.kernel.errors import Unavailable
from levee.platform.mail import in_wire_form
from levee.platform.postman import FolderPost, Outcome, Outgoing, Postman
from levee.platform.postman.journal import LEAVING, Journal
from support.mailbox import SENDER, Mailbox, posted_to, text_of


def letter(to="it@bank.example", text="Look at it."):
    key = uuid4()
    data = in_wire_form(key, sender=SENDER, to=to, subject="Levee: läuft", text=text, at=SystemClock().now())
    return Outgoing(key, to, data)


@pytest.fixture
def mailbox():
    with Mailbox().running() as server:
        yield server


@pytest.fixture
def office(mailbox, tmp_path):
    """A postman in threads of this process; yields how to call it."""
    with posted_to(mailbox, tmp_path) as postman:
        yield postman


def test_many_letters_share_few_connections_and_arrive_whole(office, mailbox):
    letters = [letter(f"it{number}@bank.example", f"No. {number}\n.\nLast line") for number in range(60)]
    answers = list(office.hand_over(letters))
    assert {answer.outcome for answer in answers} == {Outcome.SENT}
    assert {answer.id for answer in answers} == {each.id for each in letters}
    assert len(mailbox.received) == 60
    assert mailbox.connections == 2
    (message,) = mailbox.to("it7@bank.example")
    assert text_of(message) == "No. 7\n.\nLast line"
    assert message["Subject"] == "Levee: läuft"
    assert message["Message-ID"] == f"<{letters[7].id.hex}@house.example>"


def test_a_server_that_takes_one_command_at_a_time_gets_them_so(office, mailbox):
    mailbox.pipelining = False
    assert [answer.outcome for answer in office.hand_over([letter(), letter()])] == [Outcome.SENT] * 2
    assert len(mailbox.received) == 2


def test_a_letter_that_is_asked_for_again_is_answered_for_and_not_sent_again(office, mailbox):
    letters = [letter() for _ in range(5)]
    first = {answer.id: answer for answer in office.hand_over(letters)}
    again = {answer.id: answer for answer in office.hand_over(letters)}
    assert first == again
    assert len(mailbox.received) == 5


def test_what_left_before_a_restart_is_remembered(mailbox, tmp_path):
    letters = [letter() for _ in range(5)]
    with posted_to(mailbox, tmp_path) as postman:
        list(postman.hand_over(letters))
    with posted_to(mailbox, tmp_path) as postman:
        answers = list(postman.hand_over(letters))
    assert {answer.said for answer in answers} == {"handed over before"}
    assert len(mailbox.received) == 5


def test_a_refused_recipient_costs_no_other_its_letter(office, mailbox):
    mailbox.refuse = {"gone@bank.example": "550 no such mailbox", "full@bank.example": "452 full"}
    told = {"gone@bank.example": Outcome.REFUSED, "full@bank.example": Outcome.LATER, "it@bank.example": Outcome.SENT}
    for together in (True, False):
        mailbox.pipelining = together
        letters = {letter(to).id: to for to in told for _ in range(3)}
        asked = [Outgoing(key, to, letter(to).data) for key, to in letters.items()]
        for answer in office.hand_over(asked):
            assert answer.outcome is told[letters[answer.id]], answer
    assert {to for to, _ in mailbox.received} == {"it@bank.example"}


def test_a_connection_that_breaks_before_the_answer_is_told_as_unsure(office, mailbox):
    mailbox.breaks = 1
    (answer,) = office.hand_over([letter()])
    assert answer.outcome is Outcome.UNSURE
    assert [answer.outcome for answer in office.hand_over([letter()])] == [Outcome.SENT]


def test_where_no_server_answers_a_letter_surely_did_not_leave(tmp_path):
    nowhere = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nowhere.port = probe.getsockname()[1]
    with posted_to(nowhere, tmp_path) as postman:
        assert [answer.outcome for answer in postman.hand_over([letter()])] == [Outcome.LATER]


def test_a_journal_that_was_cut_short_is_read_as_far_as_it_goes(tmp_path):
    sent, leaving = uuid4(), uuid4()
    (tmp_path / "journal").write_text(f"{sent.hex} {LEAVING}\n{sent.hex} sent\n{leaving.hex} {LEAVING}\n{sent.hex[:9]}")
    journal = Journal(tmp_path / "journal")
    assert journal.before == {sent: "sent", leaving: LEAVING}
    journal.close()


def test_in_a_house_without_a_mail_server_a_letter_is_one_file_however_often_it_is_asked_for(tmp_path):
    kept = letter()
    for _ in range(2):
        assert [answer.outcome for answer in FolderPost(folder=tmp_path / "outbox").hand_over([kept])] == [Outcome.SENT]
    assert [path.name for path in (tmp_path / "outbox").iterdir()] == [f"{kept.id.hex}.eml"]


def test_a_killed_worker_does_not_take_its_postman_along(mailbox, tmp_path, monkeypatch):
    """The real process: started by a worker that is killed in the middle of 400 letters, asked again by the next."""
    monkeypatch.setenv("LEVEE_SMTP_URL", f"smtp://127.0.0.1:{mailbox.port}")
    monkeypatch.setenv("LEVEE_MAIL_FROM", SENDER)
    folder = tmp_path / "postman"
    letters = [letter(f"it{number}@bank.example") for number in range(400)]
    worker = os.fork()
    if worker == 0:  # the worker that is going to be killed
        try:
            list(Postman(folder=folder).hand_over(letters))
        finally:
            os._exit(0)
    while not mailbox.received:
        time.sleep(0.005)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    answers = list(Postman(folder=folder).hand_over(letters))
    assert {answer.outcome for answer in answers} == {Outcome.SENT}
    assert sorted(to for to, _ in mailbox.received) == sorted(each.to for each in letters)
    os.kill(_postman_of(folder), signal.SIGKILL)


def test_a_killed_postman_loses_nothing_and_doubles_at_most_what_was_on_its_lines(mailbox, tmp_path, monkeypatch):
    monkeypatch.setenv("LEVEE_SMTP_URL", f"smtp://127.0.0.1:{mailbox.port}")
    monkeypatch.setenv("LEVEE_MAIL_FROM", SENDER)
    folder = tmp_path / "postman"
    letters = [letter(f"it{number}@bank.example") for number in range(400)]
    calling = Postman(folder=folder).hand_over(letters)
    for _ in range(100):
        next(calling)
    os.kill(_postman_of(folder), signal.SIGKILL)
    with pytest.raises(Unavailable):
        list(calling)
    answers = list(Postman(folder=folder).hand_over(letters))
    assert {answer.outcome for answer in answers} == {Outcome.SENT}
    arrived = [str(message["Message-ID"]) for _, message in mailbox.received]
    assert len(set(arrived)) == 400
    assert len(arrived) - 400 <= 4
    os.kill(_postman_of(folder), signal.SIGKILL)


def _postman_of(folder):
    """The process that holds the folder's lock."""
    inode = (folder / "lock").stat().st_ino
    for line in Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if words[1] == "FLOCK" and words[5].rpartition(":")[2] == str(inode):
            return int(words[4])
    raise LookupError(inode)
