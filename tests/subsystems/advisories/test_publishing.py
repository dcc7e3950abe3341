"""One decision, several outputs, signed, for everyone."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from levee.advisories import selectors, services
from levee.advisories.types import Draft, State
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.rules.embargo import Embargo, EndReason
from levee.cases.rules.facts import Event
from levee.formats import csaf, osv
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from levee.platform.jobs import enqueue
from levee.policy.actors import Capacity
from support.coordination import open_for, vendor_of
from support.database import as_role
from support.running import work

DRAFT = Draft(
    title="Prototype pollution in minimist",
    summary="Arguments can change every object.",
    details="A name of three parts reaches the prototype.",
    package="npm:minimist",
    introduced="0",
    fixed="0.2.1",
    cve="CVE-2026-12345",
    cwe="CWE-1321",
    credits=("Harrow",),
)


def everyone(ask):
    with as_role(DbRole.PUBLIC):
        return ask()


@pytest.fixture
def published(opened):
    opened.publishes(DRAFT)
    work()
    return everyone(lambda: selectors.published()[0])


def test_nothing_is_public_before_the_decision(world, opened):
    assert everyone(selectors.count_published) == 0
    opened.publishes(DRAFT)
    assert everyone(selectors.count_published) == 0
    assert selectors.of_case(opened.coordinator, opened.case).state is State.PUBLISHING
    work()
    assert everyone(selectors.count_published) == 1
    assert selectors.of_case(opened.coordinator, opened.case).state is State.PUBLISHED


def test_what_is_published_is_valid_osv_and_csaf_and_says_the_same(published):
    record, document = json.loads(published.osv), json.loads(published.csaf)
    assert list(osv.check_osv(record)) == []
    assert list(csaf.check(document)) == []
    assert record["id"] == document["document"]["tracking"]["id"] == published.name
    assert record["aliases"] == [DRAFT.cve] == [document["vulnerabilities"][0]["cve"]]
    assert {"introduced": "0"} in record["affected"][0]["ranges"][0]["events"]
    assert {"fixed": "0.2.1"} in record["affected"][0]["ranges"][0]["events"]
    assert "Harrow" in published.osv
    assert "Harrow" in published.csaf


def test_an_embargo_that_still_runs_ends_with_the_publication(opened, published):
    seen = cases.get(opened.finder, opened.case)
    assert (seen.embargo, seen.embargo_end_reason) == (Embargo.EXITED, EndReason.PUBLISHED)


def test_an_embargo_that_ended_before_keeps_its_own_reason(world, opened):
    casework.end_embargo(opened.coordinator, opened.case, reason=EndReason.ATTACKS, evidence="seen in the wild")
    opened.publishes(DRAFT)
    assert cases.get(opened.finder, opened.case).embargo_end_reason == EndReason.ATTACKS
    late = open_for(world, title="Another")
    world.clock.advance(timedelta(days=31))
    late.publishes(DRAFT)
    assert cases.get(late.finder, late.case).embargo_end_reason == EndReason.TIME


@pytest.mark.parametrize("days", [1, 31], ids=["under embargo", "when time has ended it"])
def test_what_is_published_is_public_on_record_and_every_vendor_knows_it(world, opened, days):
    vendor = vendor_of(world)
    casework.invite_maintainer(
        opened.coordinator, opened.case, name="Minimist", address="m@example.org", because="its code"
    )
    casework.invite(opened.coordinator, opened.case, party=vendor.party, name="Shipper", because="it ships the code")
    world.clock.advance(timedelta(days=days))
    opened.publishes(DRAFT)
    assert cases.get(opened.finder, opened.case).world == (Event.PUBLIC_AWARE,)
    assert all(
        Event.VENDOR_AWARE in each.fix
        for each in cases.participants(opened.coordinator, opened.case)
        if each.capacity is Capacity.VENDOR
    )
    last = [each for each in cases.history(opened.finder, opened.case) if each.verb == Event.PUBLIC_AWARE]
    assert [each.because for each in last] == [selectors.of_case(opened.coordinator, opened.case).name]


def test_after_the_publication_nobody_proposes_an_embargo(world, opened):
    casework.end_embargo(opened.coordinator, opened.case, reason=EndReason.OWNER, evidence="agreed by all")
    opened.publishes(DRAFT)
    with pytest.raises(AgainstRules, match="rule 3"):
        casework.propose_embargo(
            opened.finder, opened.case, end=world.clock.now() + timedelta(days=5), because="we need more time"
        )


def test_a_case_is_published_once(opened, published):
    with pytest.raises(Conflict):
        opened.publishes(DRAFT)


def test_only_the_owner_of_the_case_publishes(world, opened):
    vendor = vendor_of(world)
    with pytest.raises(NotFound):
        services.ask(world.finder(), opened.case, DRAFT)
    casework.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    for party in (vendor, opened.finder):
        with pytest.raises((Forbidden, NotFound)):
            services.ask(party, opened.case, DRAFT)
    opened.publishes(DRAFT)
    assert selectors.of_case(vendor, opened.case)
    assert selectors.of_case(world.finder(), opened.case) is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"title": " "}, "title"),
        ({"summary": ""}, "summary"),
        ({"package": "minimist"}, "package"),
        ({"package": "gem:minimist"}, "package"),
        ({"cve": "CVE-26-1"}, "cve"),
        ({"cwe": "79"}, "cwe"),
        ({"cwe": "CWE-999999"}, "cwe"),
        ({"fixed": "not a version"}, "fixed"),
        ({"introduced": "0.3.0"}, "introduced"),
    ],
)
def test_a_field_that_cannot_stand_is_named_and_nothing_is_published(opened, change, place):
    with pytest.raises(BadInput) as refused:
        services.ask(opened.coordinator, opened.case, replace(DRAFT, **change))
    assert refused.value.place == place
    assert selectors.of_case(opened.coordinator, opened.case) is None
    assert cases.get(opened.finder, opened.case).embargo is Embargo.ACTIVE


def test_an_unpatched_flaw_in_source_is_published_without_a_fix(opened):
    opened.publishes(Draft(title="t", summary="s", details="", package="source:tool"))
    work()
    document = json.loads(everyone(lambda: selectors.published()[0].csaf))
    assert document["vulnerabilities"][0]["remediations"][0]["category"] == "none_available"


def test_gnupg_verifies_every_signature_and_refuses_a_changed_byte(published, tmp_path):
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    key = tmp_path / "key.asc"
    key.write_text("\n".join(everyone(selectors.certificates)))
    gpg = ["gpg", "--homedir", str(home), "--batch", "--no-autostart"]
    subprocess.run([*gpg, "--import", str(key)], check=True, capture_output=True)
    for text, signature in ((published.osv, published.osv_signature), (published.csaf, published.csaf_signature)):
        document, detached = tmp_path / "document", tmp_path / "document.asc"
        detached.write_text(signature)
        document.write_text(text)
        verify = [*gpg, "--verify", str(detached), str(document)]
        assert subprocess.run(verify, check=False, capture_output=True).returncode == 0
        document.write_text(text.replace("minimist", "minimiss", 1))
        assert subprocess.run(verify, check=False, capture_output=True).returncode != 0


def test_the_job_is_safe_to_run_twice(world, opened, published):
    with acting(opened.coordinator) as act:
        enqueue(act, services.PUBLISH, subject=published.id, party=world.house)
    work()
    (after,) = everyone(selectors.published)
    assert after == published


def test_a_name_is_random_and_dated(published):
    assert re.fullmatch(r"LVE-2026-[0-9A-HJKMNP-TV-Z]{8}", published.name)


def test_the_public_role_reads_publications_and_nothing_else(opened, published):
    with as_role(DbRole.PUBLIC), connection.cursor() as cursor:
        cursor.execute(
            "select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where c.relkind in ('r', 'v', 'm', 'p') and n.nspname not in ('pg_catalog', 'information_schema') "
            "and (has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select'))"
        )
        readable = {row[0] for row in cursor.fetchall()}
        assert {"published.advisory", "published.signing_key"} <= readable
        assert {name.partition(".")[0] for name in readable} == {"published"}
        cursor.execute(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' "
            "and n.nspname not in ('pg_catalog', 'information_schema') "
            "and has_table_privilege(c.oid, 'insert, update, delete, truncate')"
        )
        assert cursor.fetchone() == (0,)
    with as_role(DbRole.PUBLIC), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select * from cases_case")
