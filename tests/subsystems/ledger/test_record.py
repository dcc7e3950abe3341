"""An act and its entry commit together; a refusal outlives what was refused; nobody rewrites anything."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from levee.access import services as access
from levee.kernel.errors import Forbidden, NotFound
from levee.ledger import selectors, types
from levee.ledger.services import record, record_refusal
from levee.platform.database.acting import acting
from levee.platform.database.roles import RUN_TIME, DbRole
from levee.platform.ports import replaced
from levee.policy.actors import Actor, Capacity, OrganisationKind, PrincipalKind, Role, Standing

TABLES = ("log", "entry", "opening", "internal", "subtree", "checkpoint", "anchor", "key")


def test_an_act_is_in_its_organisations_log_with_who_what_and_when(house, real_world, own, clock):
    finder = real_world.finder()
    house.record(finder, target="pkg:generic/example")
    assert house.sequence() == 1
    (entry,) = selectors.entries(finder, own(finder))
    assert entry.fields == {
        "verb": "finding:submit",
        "subject": str(finder.party),
        "actor": str(finder.id),
        "at": "2026-11-23T09:00:00Z",
        "target": "pkg:generic/example",
    }


def test_an_instant_in_an_organisations_log_is_its_tick(house, real_world, own, clock):
    finder = real_world.finder()
    clock.advance(timedelta(minutes=7, seconds=31))
    house.record(finder)
    house.sequence()
    assert selectors.entries(finder, own(finder))[0].fields["at"] == "2026-11-23T09:05:00Z"


def _act_and_fail(actor: Actor, failure: Exception) -> None:
    with acting(actor) as act:
        record(act, log=("organisation", actor.party), verb="finding:submit", fields={})
        raise failure


def test_an_act_that_fails_leaves_no_entry(house, real_world, own):
    finder = real_world.finder()
    with pytest.raises(ZeroDivisionError):
        _act_and_fail(finder, ZeroDivisionError())
    assert house.sequence() == 0


def test_a_refusal_outlives_the_act_and_is_in_the_refused_partys_log(house, real_world, own):
    finder = real_world.finder()
    with replaced(on_refusal=record_refusal), pytest.raises(Forbidden):
        _act_and_fail(finder, Forbidden("case:invite: the role is missing"))
    assert house.sequence() == 1
    (entry,) = selectors.entries(finder, own(finder))
    assert (entry.fields["verb"], entry.fields["reason"]) == ("act:refused", "case:invite: the role is missing")


def test_a_field_cannot_pose_as_the_actor(real_world):
    finder = real_world.finder()
    for name in ("actor", "verb", "at", "subject"):
        with pytest.raises(ValueError, match="recorded"), acting(finder) as act:
            record(act, log=("organisation", finder.party), verb="x:y", fields={name: "another"})
    with pytest.raises(ValueError, match="recorded"), acting(finder) as act:
        record(act, log=types.INTERNAL, verb="x:y", fields={})


def test_the_database_refuses_entries_in_anothers_name(real_world):
    finder, other = real_world.finder(), real_world.finder()
    with pytest.raises(ProgrammingError, match="row-level security"), acting(finder), connection.cursor() as cursor:
        cursor.execute(
            "insert into ledger_pending (id, log_kind, log_key, actor, fields, salts) "
            "values (%s, 'organisation', %s, %s, '{}', '')",
            [uuid4(), finder.party, other.id],
        )


def test_only_participants_write_into_a_cases_log_and_only_the_house_into_the_public_one(house, real_world):
    finder, stranger, coordinator = real_world.finder(), real_world.finder(), real_world.coordinator()
    case = uuid4()
    with acting(finder) as act:
        access.grant(act, subject=case, party=finder.party, capacity=Capacity.FINDER)
    house.record(finder, log=("case", case))
    house.record(coordinator, log=types.PUBLIC, verb="advisory:publish")
    for log in (("case", case), types.PUBLIC):
        with pytest.raises(ProgrammingError, match="row-level security"):
            house.record(stranger, log=log)
    assert house.sequence() == 2


def test_no_role_at_run_time_changes_or_removes_what_stands_in_the_ledger(real_world):
    may = {
        (role, table, verb)
        for role in RUN_TIME
        for table in (*TABLES, "pending")
        for verb in ("update", "delete", "truncate")
        if _holds(role, table, verb)
    }
    assert may == {
        (DbRole.LEDGER, "log", "update"),  # its size and right edge
        (DbRole.LEDGER, "opening", "update"),  # shredding
        (DbRole.LEDGER, "pending", "delete"),  # once it has its place
    }
    inserts = {(role, table) for role in RUN_TIME for table in (*TABLES, "pending") if _holds(role, table, "insert")}
    assert {pair for pair in inserts if pair[0] != DbRole.LEDGER} == {
        (role, "pending") for role in (DbRole.WEB, DbRole.WORKER, DbRole.OPERATOR, DbRole.MATCHER)
    }
    assert not any(_holds(role, "pending", "select") for role in RUN_TIME if role != DbRole.LEDGER)


def _holds(role: str, table: str, verb: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select has_table_privilege(%s, %s, %s)", [role, f"ledger_{table}", verb])
        return cursor.fetchone()[0]


def test_who_reads_which_log(house, real_world, own):
    finder, other, coordinator = real_world.finder(), real_world.finder(), real_world.coordinator()
    auditor = real_world.actor(real_world.house, Role.AUDITOR)
    admin = real_world.actor(finder.party, Role.ADMIN)
    vendor = real_world.actor(real_world.organisation(OrganisationKind.VENDOR), Role.MEMBER)
    ended = real_world.actor(finder.party, Role.MEMBER, live=False)
    case = uuid4()
    with acting(coordinator) as act:
        access.grant(act, subject=case, party=real_world.house, capacity=Capacity.OWNER)
        access.grant(act, subject=case, party=vendor.party, capacity=Capacity.VENDOR)
    house.record(coordinator, log=("case", case), verb="case:open")
    house.record(finder)
    house.sequence()
    house.commit_hour()
    case_log, public, internal = types.LogName("case", case), types.PUBLIC, types.INTERNAL
    readers = {
        case_log: {coordinator, vendor},
        own(finder): {finder, admin},
        public: {finder, other, coordinator, auditor, admin, vendor, ended},
        internal: {auditor},
    }
    for log, allowed in readers.items():
        for actor in (finder, other, coordinator, auditor, admin, vendor, ended):
            if actor in allowed:
                assert selectors.export(actor, log), (log, actor)
            else:
                with pytest.raises((NotFound, Forbidden)):
                    selectors.export(actor, log)


def test_a_service_run_without_a_party_is_refused_into_the_houses_log(house, real_world, own):
    run = uuid4()
    service = Actor(
        id=run,
        kind=PrincipalKind.SERVICE,
        party=run,
        organisation_kind=OrganisationKind.CLEARINGHOUSE,
        standing=Standing.JOINED,
    )
    record_refusal(service, Forbidden("verdict:record: not a party to this"))
    house.sequence()
    coordinator = real_world.coordinator()
    assert selectors.entries(coordinator, own(coordinator))[0].fields["actor"] == str(run)
