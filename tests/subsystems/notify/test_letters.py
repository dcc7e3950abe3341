"""Letters leave at a tick, once, and say nothing but that there is something, and where."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from levee.cases import services as cases
from levee.identity.models import Organisation
from levee.kernel.errors import NotFound
from levee.kernel.sides import Side
from levee.notify import selectors, services
from levee.notify.models import Letter
from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from levee.platform.jobs import run_pending
from levee.platform.mail import SIZE_CLASS, SUBJECT
from levee.policy.actors import OrganisationKind, Role
from levee.settings import settings
from support.database import as_role
from support.running import service, work


def queued(world, *, address="a@example.org", code=""):
    with acting(world.coordinator()) as act:
        return services.queue(act, address=address, locator="http://localhost/contact/CON-1/", code=code)


def sent(tmp_path):
    files = [path for path in (tmp_path / "outbox").rglob("*") if path.is_file()]
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]


def test_two_cases_of_two_kinds_make_letters_that_differ_in_locator_and_code_alone(world, opened, tmp_path):
    for number, name in enumerate(("Left-pad", "A much, much longer name of a project")):
        cases.invite_maintainer(
            opened.coordinator, opened.case, name=name, address=f"m{number}@example.org", because="its code"
        )
    work()
    one, other = sent(tmp_path)
    assert one["Subject"] == other["Subject"] == SUBJECT
    assert one["Message-ID"] != other["Message-ID"]
    assert one["Reply-To"] != other["Reply-To"]
    assert len(one.get_content()) == len(other.get_content())
    assert len(one.get_payload(decode=True)) % SIZE_CLASS == 0
    assert sorted(one.keys()) == sorted(other.keys())
    differing = [(a, b) for a, b in zip(one.get_content().split(), other.get_content().split(), strict=True) if a != b]
    assert len(differing) == 2
    for letter in (one, other):
        for secret in (str(opened.case), opened.case.hex, "Left-pad", "minimist", "Prototype", "embargo"):
            assert secret.encode() not in letter.as_bytes()


def test_a_letter_to_operators_leaves_by_their_own_worker_and_leads_to_their_own_site(world, tmp_path):
    bank = world.organisation(OrganisationKind.OPERATOR, "Bank")
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=bank).update(contact="it@bank.example")
    run = service(world, party=bank, side=Side.OPERATORS)
    with as_role(DbRole.MATCHER), acting(run) as act:
        services.tell(act, bank, page="/actions/", side=Side.OPERATORS)
    with as_role(DbRole.WORKER):
        assert run_pending() == 0
    with as_role(DbRole.MATCHER):
        assert run_pending() == 1
    (letter,) = sent(tmp_path)
    assert f"{settings().operators_site}/actions/" in letter.get_content()


def test_a_letter_leaves_once_however_often_the_job_runs(world, opened, tmp_path):
    letter = queued(world)
    work()
    assert len(sent(tmp_path)) == 1
    from levee.access.selectors import clearinghouse
    from levee.platform.jobs import enqueue

    with acting(opened.coordinator) as act:
        enqueue(act, services.DELIVER[Side.CLEARINGHOUSE], subject=letter, party=clearinghouse())
    assert work() == 1
    assert len(sent(tmp_path)) == 1


def test_a_letter_of_an_act_that_fails_never_leaves(world, tmp_path):
    def failing():
        with acting(world.coordinator()) as act:
            services.queue(act, address="a@example.org", locator="http://localhost/")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert work() == 0
    assert sent(tmp_path) == []


def test_letters_wait_for_a_tick_and_a_random_moment_more():
    tick = settings().tick_seconds
    waits = [services.until_tick().total_seconds() for _ in range(50)]
    assert all(0 < wait <= tick * 1.1 for wait in waits)
    assert len(set(waits)) > 1


def test_the_outbox_is_read_by_the_clearinghouses_administrators_alone(world):
    queued(world, code="ABCDEFGHJK")
    assert len(selectors.outbox(world.coordinator())) == 1
    others = (
        world.finder(),
        world.actor(world.house, Role.MEMBER, Role.COORDINATOR),
        world.actor(world.organisation(OrganisationKind.OPERATOR), Role.ADMIN),
    )
    for other in others:
        with pytest.raises(NotFound):
            selectors.outbox(other)


def test_a_code_is_shown_in_the_outbox_only_where_that_is_the_way_out(world, monkeypatch):
    queued(world, code="ABCDEFGHJK")
    assert "ABCDEFGHJK" in selectors.outbox(world.coordinator())[0].text
    with_server = settings().model_copy(update={"smtp_url": "smtp://localhost:25"})
    monkeypatch.setattr(selectors, "settings", lambda: with_server)
    (letter,) = selectors.outbox(world.coordinator())
    assert "ABCDEFGHJK" not in letter.text
    assert "only in the letter" in letter.text


def test_an_organisation_without_an_address_is_told_on_its_page_alone(world):
    with acting(world.coordinator()) as act:
        services.tell(act, world.organisation(OrganisationKind.OPERATOR), page="/actions/")
        assert Letter.unscoped.count() == 0
