"""One sequencer gives every act its place; the hours are committed to; proofs and exports hold; changes are found."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from pymerkle import InclusionProof, InmemoryTree, InvalidProof
from pymerkle import verify_inclusion as verify_by_pymerkle

from levee.kernel.errors import Conflict, NotFound, UnsafeSetup
from levee.ledger import selectors, types
from levee.ledger.core.checkpoints import VerifierKey, open_checkpoint
from levee.ledger.core.merkle import verify_inclusion
from levee.ledger.core.verify import verify_anchors, verify_export
from levee.ledger.models import Entry, Internal, Opening, Pending, Subtree
from levee.ledger.services import record, shred
from levee.ledger.signing import open_signer
from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from levee.policy.actors import Role
from support.database import as_creator, as_role

SHA256 = ("sha256", True)  # with the prefixes against second preimages


def test_each_log_counts_its_own_acts_and_the_internal_log_all(house, real_world, own):
    first, second = real_world.finder(), real_world.finder()
    for number in range(6):
        house.record(first if number % 3 else second, number=number)
    assert house.sequence(limit=4) == 6
    mine, theirs = selectors.entries(first, own(first)), selectors.entries(second, own(second))
    assert [(entry.position, entry.fields["number"]) for entry in reversed(mine)] == [(0, 1), (1, 2), (2, 4), (3, 5)]
    assert [(entry.position, entry.fields["number"]) for entry in reversed(theirs)] == [(0, 0), (1, 3)]
    with as_role(DbRole.LEDGER):
        assert Internal.unscoped.count() == 6
        assert not Pending.unscoped.exists()


def test_acts_of_one_transaction_keep_their_order(house, real_world, own):
    finder = real_world.finder()
    with acting(finder) as act:
        for number in range(50):
            record(act, log=own(finder), verb="finding:submit", fields={"number": number})
    house.sequence()
    assert [entry.fields["number"] for entry in selectors.entries(finder, own(finder), newest=False)] == list(range(50))


def test_no_act_is_placed_while_an_older_transaction_may_still_bring_one(house, real_world, own):
    slow, quick = real_world.finder(), real_world.finder()
    written, go_on = Event(), Event()

    def act_slowly() -> None:
        try:
            with acting(slow) as act:
                record(act, log=own(slow), verb="finding:submit", fields={})
                written.set()
                go_on.wait(30)
        finally:
            connection.close()

    thread = Thread(target=act_slowly)
    thread.start()
    assert written.wait(30)
    house.record(quick)
    assert house.sequence() == 0
    go_on.set()
    thread.join()
    assert house.sequence() == 2


def test_what_runs_in_another_database_of_the_server_holds_no_act_back(house, real_world, server):
    with as_creator(server) as elsewhere:
        elsewhere.execute("begin")
        elsewhere.execute("select pg_current_xact_id()")  # it has its number before the act, and keeps it
        house.record(real_world.finder())
        assert house.sequence() == 1
        elsewhere.execute("rollback")


def test_what_ends_in_another_database_at_that_moment_holds_no_act_back(house, real_world, server):
    finder, over = real_world.finder(), Event()
    busy = "do $$ begin for i in 1..50 loop perform pg_current_xact_id(), pg_sleep(0.0005); commit; end loop; end $$"

    def keep_busy():
        with as_creator(server) as elsewhere:
            while not over.is_set():
                elsewhere.execute(busy)

    neighbours = [Thread(target=keep_busy) for _ in range(4)]
    for each in neighbours:
        each.start()
    try:
        placed = [(house.record(finder), house.sequence())[1] for _ in range(150)]
    finally:
        over.set()
        for each in neighbours:
            each.join()
    assert placed == [1] * 150


def test_acts_restored_from_a_server_that_had_counted_further_are_placed(house, real_world, own, server):
    finder = real_world.finder()
    house.record(finder)
    with as_role(server.owner.user), connection.cursor() as cursor:
        cursor.execute("update ledger_pending set xid = '99999999999'")
    assert house.sequence() == 1


def test_only_one_sequencer_works_at_a_time(house, real_world, own):
    house.record(real_world.finder())
    placed = []

    def another() -> None:
        try:
            with as_role(DbRole.LEDGER):
                placed.append(house.sequence())
        finally:
            connection.close()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [0x1ED6E5])
        thread = Thread(target=another)
        thread.start()
        thread.join()
    assert placed == [0]
    assert house.sequence() == 1


def test_a_proof_convinces_with_nothing_but_the_houses_key(house, real_world, own):
    finder = real_world.finder()
    with acting(finder) as act:
        for number in range(700):
            record(act, log=own(finder), verb="finding:submit", fields={"number": number})
    house.sequence(limit=300)
    with as_role(DbRole.LEDGER):
        assert Subtree.unscoped.filter(level__gte=8).count() >= 3
    for entry in selectors.entries(finder, own(finder), limit=700)[::70]:
        proof = selectors.proof(finder, entry.id)
        stated = open_checkpoint(proof.note, VerifierKey.parse(proof.key))
        assert (stated.size, stated.root) == (proof.size, proof.root) == (700, proof.root)
        assert stated.origin == f"levee.example/{own(finder)}"
        assert proof.leaf == entry.sealed.leaf
        assert verify_inclusion(proof.leaf, proof.position, proof.size, proof.root, proof.path)
        accepted_by_pymerkle(proof)
        with pytest.raises(InvalidProof):
            accepted_by_pymerkle(replace(proof, leaf=bytes(32)))


def accepted_by_pymerkle(proof):
    """Check a proof by code that is not Levee's; it wants to be told on which side each sibling stands."""
    shape = InmemoryTree(algorithm="sha256")
    for _ in range(proof.size):
        shape.append_entry(b"")
    sides = shape.prove_inclusion(proof.position + 1, proof.size).rule
    theirs = InclusionProof(*SHA256, proof.size, proof.position + 1, sides, [proof.leaf, *proof.path])
    verify_by_pymerkle(proof.leaf, proof.root, theirs, index=proof.position + 1, size=proof.size)


def test_nobody_gets_a_proof_of_what_it_may_not_see(house, real_world, own):
    finder, other = real_world.finder(), real_world.finder()
    auditor = real_world.actor(real_world.house, Role.AUDITOR)
    house.record(finder)
    house.sequence()
    (entry,) = selectors.entries(finder, own(finder))
    for stranger in (other, auditor):
        with pytest.raises(NotFound):
            selectors.proof(stranger, entry.id)
        with pytest.raises(NotFound):
            selectors.proof(stranger, uuid4())


def test_a_public_entry_waits_for_its_hour_to_be_proved(house, real_world):
    coordinator = real_world.coordinator()
    house.record(coordinator, log=types.PUBLIC, verb="advisory:publish")
    house.sequence()
    (entry,) = selectors.entries(coordinator, types.PUBLIC)
    assert "actor" not in entry.fields
    with pytest.raises(Conflict):
        selectors.proof(coordinator, entry.id)
    house.commit_hour()
    assert selectors.proof(coordinator, entry.id).size == 2


def public_lines() -> list[bytes]:
    with as_role(DbRole.PUBLIC):
        return list(selectors.public_log())


def test_the_hour_is_committed_to_once_and_missed_hours_are_filled(house, real_world, clock):
    house.record(real_world.finder())
    house.sequence()
    assert [house.commit_hour(), house.commit_hour()] == [1, 0]
    clock.advance(timedelta(hours=3, minutes=20))
    assert [house.commit_hour(), house.commit_hour()] == [3, 0]
    report = verify_export(public_lines(), trusted=house.signer.key)
    assert report.sound
    assert [hour.hour for hour in report.anchors] == [9, 10, 11, 12]
    assert [(point.size, point.at.hour) for point in report.checkpoints] == [(1, 9), (2, 10), (3, 11), (4, 12)]
    clock.advance(timedelta(hours=97))
    assert [house.commit_hour(), house.commit_hour()] == [97, 0]
    assert verify_export(public_lines(), trusted=house.signer.key).sound


def test_an_auditor_holds_the_house_to_its_public_commitments(house, real_world, own, clock):
    finder, auditor = real_world.finder(), real_world.actor(real_world.house, Role.AUDITOR)
    for number in range(5):
        house.record(finder, number=number)
        house.sequence()
        house.commit_hour()
        clock.advance(timedelta(hours=1))
    lines = selectors.export(auditor, types.INTERNAL)
    internal, public = verify_export(lines, trusted=house.signer.key), verify_export(public_lines())
    assert internal.sound, [str(problem) for problem in internal.problems]
    assert (internal.entries, len(internal.openings), public.entries) == (10, 5, 5)
    assert verify_anchors(internal, public) == ()
    assert str(finder.id) not in b"".join(lines).decode()  # who did what stays with those who may read it


def test_what_the_public_sees_is_the_same_whatever_the_house_did(house, real_world, clock):
    random = re.compile(
        r"[0-9a-f]{64}|(?<=salt.:.)[0-9a-f]{32}|(?<=\\n)[A-Za-z0-9+/]{43}=|(?<=example )[A-Za-z0-9+/]{91}="
    )
    finder = real_world.finder()
    for number in range(12):
        if number % 2:
            with acting(finder) as act:
                for _ in range(number):
                    record(act, log=("organisation", finder.party), verb="finding:submit", fields={})
            house.sequence()
        house.commit_hour()
        clock.advance(timedelta(hours=1))
    shapes = [random.sub("*", line.decode()) for line in public_lines()[1:]]
    hours = [re.sub(r'T\d\d:|position":\d+|public\\n\d+', "#", shape) for shape in shapes]
    assert len(hours) == 24
    assert set(hours) == {hours[0], hours[1]}
    assert hours == hours[:2] * 12


def test_a_shredded_field_is_gone_and_every_proof_stays(house, real_world, own):
    finder = real_world.finder()
    house.record(finder, target="a secret target")
    house.record(finder, target="another")
    house.sequence()
    entry = selectors.entries(finder, own(finder))[-1]
    with as_role(DbRole.LEDGER):
        shred(entry.id, "target", "actor")
        with pytest.raises(NotFound):
            shred(entry.id, "target")
        assert "secret" not in Opening.unscoped.get(entry=entry.id).fields
    shredded = selectors.entries(finder, own(finder))[-1]
    assert set(entry.fields) - set(shredded.fields) == {"target", "actor"}
    assert shredded.sealed.commitments == entry.sealed.commitments
    report = verify_export(selectors.export(finder, own(finder)), trusted=house.signer.key)
    assert report.sound
    assert report.withheld == 2
    proof = selectors.proof(finder, entry.id)
    assert verify_inclusion(proof.leaf, proof.position, proof.size, proof.root, proof.path)


@pytest.mark.parametrize(
    "tampering",
    [
        "update ledger_entry set commitments = jsonb_set(commitments, '{verb}', to_jsonb(repeat('0', 64))) "
        "where position = 2",
        "update ledger_entry set leaf = sha256('forged') where position = 2",
        "update ledger_entry set link = sha256('forged') where position = 2",
        "update ledger_opening set fields = replace(fields, 'number', 'numbeR') where fields like '%\"value\":2}%'",
        "update ledger_opening set fields = replace(fields, '\"value\":2', '\"value\":7') "
        "where fields like '%\"value\":2}%'",
    ],
)
def test_a_change_in_the_database_is_found_in_the_export_and_the_entry_named(house, real_world, own, server, tampering):
    finder = real_world.finder()
    for number in range(5):
        house.record(finder, number=number)
    house.sequence()
    assert verify_export(selectors.export(finder, own(finder)), trusted=house.signer.key).sound
    with as_role(server.owner.user), connection.cursor() as cursor:
        cursor.execute(tampering)
        assert cursor.rowcount == 1
    report = verify_export(selectors.export(finder, own(finder)), trusted=house.signer.key)
    assert report.problems[0].position == 2


def test_the_key_is_kept_and_another_one_is_refused(house, real_world, tmp_path):
    with as_role(DbRole.LEDGER):
        again = open_signer(tmp_path / "keys", "https://renamed.example")
        assert again.key == house.signer.key
        (tmp_path / "keys" / "ledger.ed25519").write_bytes(b"\x01" * 32)
        with pytest.raises(UnsafeSetup, match="not the key"):
            open_signer(tmp_path / "keys", "https://levee.example")
        (tmp_path / "keys" / "ledger.ed25519").unlink()
        with pytest.raises(UnsafeSetup, match="missing"):
            open_signer(tmp_path / "keys", "https://levee.example")


def test_values_come_back_byte_for_byte(house, real_world, own):
    finder = real_world.finder()
    value = {"nul": "a\x00b", "big": 10**30, "grüße": ["ünï", None, True, -1], "": {}}
    house.record(finder, value=value)
    house.sequence()
    assert selectors.entries(finder, own(finder))[0].fields["value"] == value
    assert verify_export(selectors.export(finder, own(finder)), trusted=house.signer.key).sound


def test_the_public_role_reads_the_published_lines_and_no_table_of_the_ledger(house, real_world):
    house.commit_hour()
    assert len(public_lines()) == 3
    with as_role(DbRole.PUBLIC), pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        Entry.unscoped.exists()


def test_the_lines_are_json_that_any_program_reads(house, real_world):
    house.commit_hour()
    assert [json.loads(line)["kind"] for line in public_lines()] == ["log", "entry", "checkpoint"]
