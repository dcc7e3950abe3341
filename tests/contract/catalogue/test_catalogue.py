"""What the database's own catalogue says: nothing stands outside the walls that is not written down here, with why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

from levee.platform.database.roles import PUBLISHED, RUN_TIME, DbRole
from support.database import as_role

PAGE = Path(__file__).parents[3] / "docs" / "security" / "access.md"
OURS = ("public", PUBLISHED)

QUEUE = {"procrastinate_jobs", "procrastinate_events"}
"""Another library's, with its own numbers: a worker sees its side's jobs alone, and how many the other side had."""
UNPROTECTED = {
    **dict.fromkeys(
        ("account_emailaddress", "account_emailconfirmation", "mfa_authenticator", "identity_user", "django_session"),
        "how people sign in, before anybody acts; says nothing of a case",
    ),
    **dict.fromkeys(
        ("identity_user_groups", "identity_user_user_permissions", "auth_group", "auth_group_permissions"),
        "Django's own; Levee keeps nothing there",
    ),
    **dict.fromkeys(
        ("auth_permission", "django_content_type", "django_migrations"), "Django's own, the same everywhere"
    ),
    **dict.fromkeys(
        ("socialaccount_socialaccount", "socialaccount_socialapp", "socialaccount_socialtoken"), "signing in elsewhere"
    ),
    **dict.fromkeys(
        ("procrastinate_periodic_defers", "procrastinate_workers"), "which workers there are; only workers read it"
    ),
    **dict.fromkeys(("advisory", "signing_key", "ledger_line"), "published"),
}
DEFINERS = {
    **dict.fromkeys(
        (
            "levee_party",
            "levee_party_kind",
            "levee_organisation",
            "levee_is",
            "levee_has",
            "levee_kind",
            "levee_standing",
        ),
        "about the actor of the transaction alone",
    ),
    "levee_acts_for_the_house": "whether the actor is a run of the clearinghouse",
    "levee_clearinghouse": "who runs the house is public",
    "levee_may_grant": "yes or no about a subject whose random key the caller must know",
    **dict.fromkeys(
        ("levee_leads", "levee_may_forget", "levee_addresses_of", "levee_end_ways_in"),
        "called by other functions alone, which have asked who acts",
    ),
    "levee_cut_off": "ends how a member of the actor's own organisation signs in, which an administrator may",
    "levee_forget": "the actor itself, or for an administrator a member of its own organisation",
    **dict.fromkeys(
        ("levee_forget_letters", "levee_forget_in_cases", "levee_forget_in_fixes", "levee_forget_in_validation"),
        "for the same: takes a name out of what stays, and tells nothing",
    ),
    "levee_forget_filters": "for the same: a person's own filters go",
    "levee_coordinates": "yes or no about a principal of the actor's own organisation",
    "levee_forget_shifts": "for the same: a person's shifts end, and their addresses go",
    "levee_end_grant": "ends what the caller holds or owns",
    "levee_defer": "adds a job of either side; the queue cannot be read",
    "levee_feed": "answers to the holder of a feed's secret address",
    "levee_stands_in": "for which operator the actor stands in, if its consent stands; called by the others alone",
    "levee_intermediary": "the name of an intermediary, to whoever knows its random key",
    "levee_members": "the runs of the batch that the actor is",
    "levee_end_members": "ends those runs, and tells nothing",
    "levee_done_in_our_name": "lines of the log of the actor's own organisation",
    "levee_clients": "the operators whose consent to the actor's own organisation stands",
    "levee_token": "answers to the holder of a 256-bit secret",
    "levee_use_link": "answers to the holder of a 192-bit secret",
    "levee_principals_of": "who the signed-in person may act as",
    "levee_bind_user": "about the actor's own member",
    "levee_first_link": "writes, tells only whether; for the clearinghouse and organisations that nobody came in to",
    "levee_invitation": "who runs the house, to whoever holds a letter's locator",
    "levee_contact_terms": "the terms, to the principal of the contact",
    "levee_contact_consent": "the principal of the contact accepts or declines",
    "levee_contacts_end": "ends contacts of a case for its owner's coordinators and runs",
    "levee_contact_code": "counts the tries of a code",
    "levee_contact_renew": "a new code for the actor's own contact",
    "levee_own_contact": "the actor's own contact",
    "levee_mail_contact": "refuses all but runs; whose letter a random address is of, to whoever knows it",
    "levee_webhooks_due": "refuses all but runs of the clearinghouse; gives keys of webhooks, one job each",
    "levee_order_case_changes": "puts in order what is written already, and tells nothing",
    "levee_case_change_told": "the place of a change in the order of all, to whoever knows its random key",
    "levee_case_changed": "called by triggers alone, with the words of the migration that made them",
    "levee_offers": "the terms of a part that the actor's own organisation is offered, and nothing of the case",
    "levee_offer_answer": "the actor's own organisation takes such a part or declines it; those with a link do not",
    "levee_take_over": "ends a case that was offered to the actor's own organisation, for a new one of its own",
    "levee_carry_clocks": "what a party said of clocks, to a case that went on from its own, for it or the owner",
    "levee_thread_parties": "who is in the threads of a case that the actor's party is in",
    "levee_cases_counted": "how many cases the actor's party takes part in",
    "levee_undecided": "those of the cases of the actor's party where a proposal waits",
    "levee_policy_in_force": "how a project wants its reports, to whoever runs cases",
    "levee_other_side": "where letters go to the other side of an agreement, to somebody of one side",
    "levee_member_called": "the name of a member that has an administrator, to a coordinator who knows its random key",
    "levee_may_put_in": "whether the actor found a finding, or holds it by a case, where a policy cannot ask",
    "levee_own_cases": "that a finder runs a case about a finding, to the clearinghouse that holds it; no more",
    "levee_operators_reached": "refuses all but runs of the clearinghouse; gives keys of organisations, one job each",
    **dict.fromkeys(
        ("levee_operators_concerned", "levee_operators_standing", "levee_operators_dated_otherwise"), "the same"
    ),
    "levee_known_named": "says which published advisories are about a vulnerability, to whoever sees content",
    "levee_components_reached": "refuses all but runs of the clearinghouse; gives keys of organisations and components",
}
OF_CASES = "who adds to a case's history sees all of it"
HOUSE = "rows of the clearinghouse alone, added by its own people, who all see them"
UNIQUE = {
    "ledger_key_pkey": "the text of a public key",
    "ledger_anchor_pkey": "one row an hour, whatever happened; only the role ledger adds",
    "ledger_internal_pkey": "only the role ledger adds",
    "ledger_entry_once": "only the role ledger adds",
    "ledger_subtree_pkey": "only the role ledger adds",
    "ledger_log_once": "only the role ledger adds",
    "exposure_known_package_once": "about publications",
    "alerts_feed_token_once": "the digest of a secret address",
    **dict.fromkeys(("feeds_feed_once", "feeds_record_once", "feeds_signal_once"), "what feeds say is public"),
    "cases_filter_once": "starts with the principal, which sees its own rows",
    **dict.fromkeys(
        ("cases_change_in_order", "cases_change_once"), "only functions of the owner add, and pass over a clash"
    ),
    "cases_entry_in_order": OF_CASES,
    "frontier_released_once": "starts with the developer, which sees its own rows",
    "cases_message_in_order": "who writes in a thread sees all of it",
    "validation_control_once": HOUSE,
    "validation_target_once": HOUSE,
}
STARTS_WITH = {"organisation", "house"}
OPEN_TO_ALL = {"levee_actor": "reads a setting of the caller's own transaction"}


@pytest.fixture
def ask(db, server):
    def ask(question, *values):
        with as_role(server.owner.user), connection.cursor() as cursor:
            cursor.execute(question, values)
            return cursor.fetchall()

    return ask


def tables(ask, *, protected):
    rows = ask(
        "select c.relname, c.relrowsecurity and c.relforcerowsecurity from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace where n.nspname = any(%s) and c.relkind in ('r', 'p')",
        list(OURS),
    )
    return {name for name, forced in rows if forced is protected}


def test_every_table_forces_row_level_security_but_those_that_are_listed(ask):
    assert tables(ask, protected=False) == set(UNPROTECTED)


def test_every_protected_table_stays_visible_to_its_owner_alone(ask, server):
    rows = ask(
        "select tablename, roles::text[], qual, with_check from pg_policies where policyname = tablename || '_owner'"
    )
    assert {row[0] for row in rows} == tables(ask, protected=True)
    assert {(tuple(roles), using, check) for _, roles, using, check in rows} == {((server.owner.user,), "true", "true")}


def test_every_policy_names_its_roles(ask):
    rows = ask("select policyname, roles::text[] from pg_policies")
    assert [name for name, roles in rows if "public" in roles] == []


def test_there_is_no_view_that_sees_more_than_its_reader(ask):
    rows = ask(
        "select c.relname, c.relkind, coalesce(c.reloptions::text, '') from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace "
        "where c.relkind in ('v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')"
    )
    assert [name for name, kind, options in rows if kind == "m" or "security_invoker=true" not in options] == []


def test_every_definer_function_is_listed_and_keeps_to_its_own_schema(ask):
    rows = ask(
        "select p.proname, coalesce(p.proconfig::text, '') from pg_proc p "
        "join pg_namespace n on n.oid = p.pronamespace "
        "where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')"
    )
    assert {name for name, _ in rows} == set(DEFINERS)
    assert [name for name, settings in rows if "search_path=public, pg_temp" not in settings] == []


def test_no_function_of_levee_may_be_called_by_everyone(ask):
    rows = ask(
        "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = any(%s) "
        "and (p.proname like 'levee%%' or p.prosecdef) and has_function_privilege('public', p.oid, 'execute')",
        list(OURS),
    )
    assert {name for (name,) in rows} == set(OPEN_TO_ALL)


def test_no_protected_table_counts(ask):
    """A sequence or identity column tells how many rows there are that the reader cannot see."""
    rows = ask(
        "select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid "
        "left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum "
        "where c.relrowsecurity and a.attnum > 0 and (a.attidentity <> '' "
        "or pg_get_expr(d.adbin, d.adrelid) like '%%nextval%%')"
    )
    assert {table for table, _ in rows} == QUEUE


def unique_keys(ask):
    return ask(
        "select i.relname, array_agg(a.attname::text order by k.place), array_agg(t.typname::text order by k.place) "
        "from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid "
        "cross join unnest(x.indkey) with ordinality as k (number, place) "
        "join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number join pg_type t on t.oid = a.atttypid "
        "where x.indisunique and c.relrowsecurity group by i.relname"
    )


def test_a_clash_of_unique_keys_tells_nothing(ask):
    """A key is random, so that whoever clashes knew it; or it starts with the organisation, which sees its own rows."""
    telling = {
        name
        for name, columns, types in unique_keys(ask)
        if columns[0] not in STARTS_WITH
        and set(types) != {"uuid"}
        and name not in UNIQUE
        and not name.startswith("procrastinate_")
    }
    assert telling == set()
    assert set(UNIQUE) <= {name for name, _, _ in unique_keys(ask)}


def test_no_foreign_key_answers_about_a_protected_row(ask):
    rows = ask(
        "select c.relname from pg_constraint k join pg_class c on c.oid = k.confrelid "
        "where k.contype = 'f' and c.relrowsecurity"
    )
    assert {table for (table,) in rows} == {"procrastinate_jobs"}


def test_no_role_goes_past_row_level_security_or_becomes_another(ask, server):
    roles = [*RUN_TIME, server.owner.user]
    rows = ask(
        "select rolname from pg_roles where rolname = any(%s) and (rolsuper or rolbypassrls or rolcreaterole "
        "or rolcreatedb or rolreplication)",
        roles,
    )
    if server.embedded is not None:  # an outside server's owner may have made the roles
        assert rows == []
    assert ask("select rolname from pg_roles where rolname = any(%s)", roles) != []
    within = ask(
        "select m.rolname from pg_auth_members a join pg_roles m on m.oid = a.member where m.rolname = any(%s)",
        list(RUN_TIME),
    )
    assert within == []


def written(what="Table"):
    """A table of docs/security/access.md: (table, role) to privileges."""
    found = {}
    head: list[str] = []
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith(f"| {what} |"):
            head = cells[1:]
        elif head and line.startswith("| "):
            found |= {
                (cells[0], role): set(re.split(r",\s*", said))
                for role, said in zip(head, cells[1:], strict=True)
                if said
            }
        elif head and not line.startswith("|"):
            head = []
    return found


def granted(ask):
    rows = ask(
        "select table_schema, table_name, grantee, lower(privilege_type), '' from information_schema.table_privileges "
        "where table_schema = any(%s) and grantee like 'levee_%%' union "
        "select n.nspname, c.relname, r.rolname, lower(x.privilege_type), ' ' || a.attname from pg_attribute a "
        "join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace, aclexplode(a.attacl) x "
        "join pg_roles r on r.oid = x.grantee where n.nspname = any(%s)",
        list(OURS),
        list(OURS),
    )
    found: dict[tuple[str, str], set[str]] = {}
    for schema, table, grantee, privilege, column in rows:
        if grantee in set(RUN_TIME):
            name = table if schema == "public" else f"{schema}.{table}"
            found.setdefault((name, grantee.removeprefix("levee_")), set()).add(privilege + column)
    return found


def test_each_role_may_do_what_is_written_and_nothing_else(ask):
    is_so, said = granted(ask), written()
    assert {key: is_so.get(key) for key in is_so.keys() | said.keys() if is_so.get(key) != said.get(key)} == {}


def functions(ask):
    """Which functions of Levee, or that act as their owner, each role may call."""
    found = {}
    for role in RUN_TIME:
        rows = ask(
            "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = any(%s) "
            "and (p.proname like 'levee%%' or p.prosecdef) and has_function_privilege(%s, p.oid, 'execute') "
            "and has_schema_privilege(%s, n.oid, 'usage')",
            list(OURS),
            role,
            role,
        )
        found |= {(name, role.removeprefix("levee_")): {"execute"} for (name,) in rows}
    return found


def sequences(ask):
    """Which sequences each role may use, beside those of tables that say nothing."""
    found = {}
    for role in RUN_TIME:
        for privilege in ("select", "usage", "update"):
            rows = ask(
                "with s as materialized (select c.oid, c.relname from pg_class c join pg_namespace n "
                "on n.oid = c.relnamespace where c.relkind = 'S' and n.nspname = any(%s)) "
                "select relname from s where has_sequence_privilege(%s, oid, %s)",
                list(OURS),
                role,
                privilege,
            )
            for (name,) in rows:
                found.setdefault((name, role.removeprefix("levee_")), set()).add(privilege)
    return found


@pytest.mark.parametrize(("what", "has"), [("Function", functions), ("Sequence", sequences)])
def test_each_role_may_call_and_use_what_is_written_and_nothing_else(ask, what, has):
    is_so, said = has(ask), written(what)
    assert said
    assert {key: is_so.get(key) for key in is_so.keys() | said.keys() if is_so.get(key) != said.get(key)} == {}


def test_no_sequence_belongs_to_a_table_whose_rows_are_hidden(ask):
    rows = ask(
        "select s.relname, t.relname from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S' "
        "join pg_class t on t.oid = d.refobjid and t.relrowsecurity where d.deptype in ('a', 'i')"
    )
    assert {table for _, table in rows} == QUEUE


def test_everyone_reads_the_schema_of_publications_and_nothing_else(ask):
    assert {key[0].split(".")[0] for key in granted(ask) if key[1] == "public"} == {PUBLISHED}
    schemas = ask(
        "select nspname from pg_namespace where has_schema_privilege(%s, oid, 'usage') and nspname not like 'pg_%%'",
        DbRole.PUBLIC,
    )
    assert {name for (name,) in schemas} == {PUBLISHED, "information_schema"}
    nobody = ask(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) x "
        "where n.nspname = any(%s) and x.grantee = 0",
        list(OURS),
    )
    assert nobody == []
