"""The whole ledger is checked where it lies, and after a loss the house knows what could have been read."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from typer.testing import CliRunner

from levee.access import services as access
from levee.cli.ledger import app
from levee.identity.services import issue_token
from levee.kernel.errors import NotFound
from levee.kernel.ids import public_id
from levee.ledger import selectors, types
from levee.ledger.core.leaves import chain, commitments, leaf_of
from levee.ledger.models import Entry, Log
from levee.ledger.reading import export_lines
from levee.ledger.services import record
from levee.ledger.services.append import edge_of
from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from levee.platform.jobs import enqueue
from levee.policy.actions import Action
from levee.policy.actors import Capacity, PrincipalKind, Role
from support.coordination import open_for
from support.database import as_role


@pytest.fixture
def busy(house, real_world, clock):
    """A ledger of two organisations and the public log, over three hours, with acts that no hour covers yet."""
    first, second, coordinator = real_world.finder(), real_world.finder(), real_world.coordinator()
    for hour in range(3):
        with acting(first) as act:
            for number in range(150):
                record(act, log=("organisation", first.party), verb="finding:submit", fields={"n": number, "h": hour})
        house.record(second, hour=hour)
        house.sequence()
        house.commit_hour()
        clock.advance(timedelta(hours=1))
    house.record(coordinator, log=types.PUBLIC, verb="advisory:publish")
    house.sequence()
    return house


def verified() -> dict[str, types.Verified]:
    with as_role(DbRole.LEDGER):
        return {result.log: result for result in selectors.verify()}


def test_a_ledger_that_nobody_touched_holds(busy):
    results = verified()
    assert {log.split("/")[0]: result.entries for log, result in results.items() if "organisation" not in log} == {
        "public": 4,
        "internal": 457,
        "public (published copy)": 3,
    }
    assert not [problem for result in results.values() for problem in result.problems]


def test_a_ledger_without_an_entry_holds(house):
    assert not [problem for result in verified().values() for problem in result.problems]


@pytest.mark.parametrize(
    ("tampering", "found_in"),
    [
        ("update ledger_entry set leaf = sha256('x') where position = 149", "organisation"),
        ("update ledger_opening set fields = replace(fields, '\"value\":149', '\"value\":148')", "organisation"),
        ("delete from ledger_entry where position = 449", "organisation"),
        ("update ledger_internal set leaf = sha256('x') where position = 456", "internal"),
        ("delete from ledger_internal where position = 456", "internal"),
        ("update ledger_subtree set root = sha256('x')", "internal"),
        ("update ledger_log set peaks = sha256('x') where size = 1 or size = 4", "public"),
        ("update ledger_anchor set nonce = sha256('x')", "internal"),
        ("update ledger_checkpoint set note = replace(note, '\n3', '\n2') where note like '%/public%'", "public"),
        ("update published.ledger_line set line = replace(line, 'T10:', 'T11:')", "public (published copy)"),
        ("delete from published.ledger_line where number > 5", "public (published copy)"),
        ("update ledger_key set text = replace(text, 'levee.example', 'other.example')", "key"),
    ],
)
def test_whatever_is_changed_in_the_database_is_found(busy, server, tampering, found_in):
    with as_role(server.owner.user), connection.cursor() as cursor:
        cursor.execute(tampering)
        assert cursor.rowcount, "the test changed nothing"
    wrong = {log.split("/")[0] for log, result in verified().items() if result.problems}
    assert found_in in wrong


def test_an_entry_slipped_into_one_log_alone_is_found(busy, server, real_world):
    with as_role(server.owner.user):
        log = Log.unscoped.filter(kind="organisation", size=3).get()
        committed = commitments({"verb": "terms:answer"}, {"verb": b"s" * 16})
        leaf = leaf_of(committed)
        link = chain(bytes(log.link), leaf)
        Entry.unscoped.bulk_create(
            [Entry(id=uuid4(), log=log.id, position=log.size, commitments=committed, leaf=leaf, link=link)]
        )
        peaks = b"".join(edge_of(log).extend([leaf]).peaks)
        Log.unscoped.filter(id=log.id).update(size=log.size + 1, peaks=peaks, link=link)
    wrong = {name: result.problems for name, result in verified().items() if result.problems}
    assert set(wrong) == {"internal"}
    assert "not the same in its own log" in wrong["internal"][0]


def test_an_export_of_the_internal_log_opens_nothing_but_what_is_public(busy, real_world):
    with as_role(DbRole.LEDGER):
        lines = [json.loads(line) for line in export_lines(types.INTERNAL)]
    verbs = {line["opened"]["verb"]["value"] for line in lines if line.get("opened")}
    assert verbs == {"ledger:anchor"}
    assert sum(line["kind"] == "entry" for line in lines) == 456


def test_the_radius_of_a_person_is_what_its_party_was_let_in_to_since(house, real_world, clock):
    finder = real_world.finder()
    ended, open_still, of_another, before = uuid4(), uuid4(), uuid4(), uuid4()
    with acting(finder) as act:
        for subject in (ended, open_still, before):
            access.grant(act, subject=subject, party=finder.party, capacity=Capacity.FINDER)
        access.end(act, subject=before, party=finder.party)
    other = real_world.finder()
    with acting(other) as act:
        access.grant(act, subject=of_another, party=other.party, capacity=Capacity.FINDER)
    clock.advance(timedelta(days=1))
    since = clock.now()
    clock.advance(timedelta(days=1))
    with acting(finder) as act:
        access.end(act, subject=ended, party=finder.party)
    with as_role(DbRole.LEDGER):
        reach = selectors.radius_of_principal(finder.id, since)
        assert {(each.subject, each.capacity) for each in reach} == {
            (finder.party, "own"),
            (ended, "finder"),
            (open_still, "finder"),
        }
        with pytest.raises(NotFound):
            selectors.radius_of_principal(uuid4(), since)


def test_a_principal_that_was_ended_before_reached_nothing_since(house, real_world, clock, server):
    finder = real_world.finder()
    with as_role(server.owner.user), connection.cursor() as cursor:
        cursor.execute("update access_principal set live = false, until = %s where id = %s", [clock.now(), finder.id])
    with as_role(DbRole.LEDGER):
        assert selectors.radius_of_principal(finder.id, clock.now() + timedelta(seconds=1)) == ()


def test_the_radius_of_a_token_is_that_of_whom_it_was_issued_to(house, real_world, clock):
    agent = real_world.finder()
    admin = real_world.actor(agent.party, Role.MEMBER, Role.ADMIN)
    assert agent.kind is PrincipalKind.AGENT
    subject = uuid4()
    with acting(agent) as act:
        access.grant(act, subject=subject, party=agent.party, capacity=Capacity.FINDER)
    issued = issue_token(
        admin, name="ci", scopes=[Action.FINDING_SUBMIT], lasts=timedelta(days=1), principal=agent.id
    ).token
    house.sequence()
    with as_role(DbRole.LEDGER):
        reach = selectors.radius_of_token(issued.id, clock.now())
        assert reach == selectors.radius_of_principal(agent.id, clock.now())
        assert subject in {each.subject for each in reach}
        with pytest.raises(NotFound):
            selectors.radius_of_token(uuid4(), clock.now())


def test_the_radius_of_the_workers_is_what_their_runs_could_have_read(house, real_world, clock):
    finder, other = real_world.finder(), real_world.finder()
    mine, theirs = uuid4(), uuid4()
    for actor, subject in ((finder, mine), (other, theirs)):
        with acting(actor) as act:
            access.grant(act, subject=subject, party=actor.party, capacity=Capacity.FINDER)
    with acting(finder) as act:
        enqueue(act, "test", subject=mine, party=finder.party)
    with as_role(DbRole.LEDGER):
        assert {each.subject for each in selectors.radius_of_workers(clock.now())} == {finder.party, mine}


def test_the_radius_reads_well_on_the_command_line(house, real_world, monkeypatch):
    opened = open_for(real_world)
    house.sequence()
    monkeypatch.setattr("levee.cli.ledger._asking", nullcontext)
    monkeypatch.setenv("COLUMNS", "200")

    def told(*words):
        since = "2026-11-01T00:00:00"
        with as_role(DbRole.LEDGER):
            answer = CliRunner().invoke(app, ["radius", "--since", since, *words])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    finder = public_id("PER", opened.finder.id)
    lines = json.loads(told("--person", finder, "--json"))
    assert sorted((each["kind"], each["id"], each["as"]) for each in lines) == [
        ("case", public_id("CAS", opened.case), "finder"),
        ("finding", public_id("FND", opened.finding), "finder"),
        ("not named", "", "finder"),  # the messages of the case
        ("organisation", public_id("ORG", opened.finder.party), "own"),
    ]
    assert {each["through"] for each in lines} == {public_id("ORG", opened.finder.party)}
    for words in (("--person", finder), ("--worker",)):
        table = told(*words)
        assert public_id("FND", opened.finding) in table
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", table)
    assert "a run of a job" in told("--worker")


def test_the_radius_is_asked_of_one_thing_at_a_time():
    assert CliRunner().invoke(app, ["radius", "--since", "2026-11-01T00:00:00"]).exit_code == 2
