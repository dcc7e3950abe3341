"""What changed in cases, one after the other: written by the database with the change, put in order once it stands."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, noted, protect, run
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
OF_ONE = "(what <> 'clock' or by = (select levee_party()))"

# A change is told once it stands: what is committed later comes later, however early it began. Whoever puts changes in
# order holds the lock until that is committed too, so that nobody passes one over. An instant orders them, for a number
# would tell how many there are that the reader does not see.
ORDER = """
create function levee_order_case_changes() returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    if not exists (select from cases_change c where c.told_at is null) then return; end if;
    perform pg_advisory_xact_lock(x'1ED6E7'::bigint);
    update cases_change c set told_at = s.start + s.place * interval '1 microsecond' from (
        select n.id, row_number() over (order by n.xid, n.written, n.id) as place,
            greatest(clock_timestamp(), (select max(m.told_at) from cases_change m)) as start
        from cases_change n where n.told_at is null) s
    where s.id = c.id;
end $$
"""
# Whose change it was does not matter: a reader that has left the case goes on with the others from where it was.
PLACE = """
create function levee_case_change_told(change uuid) returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
    select c.told_at from cases_change c where c.id = change
$$
"""
NOTE = """
create function levee_case_changed() returns trigger
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    execute 'insert into cases_change ("case", subject, what, by, at) ' || tg_argv[0] || ' on conflict do nothing';
    return null;
end $$
"""
STEPS = (
    "case moves when 'EM' then 'embargo' when 'PEC' then 'consent' when 'RM' then 'report' when 'CS' then 'fact' "
    "when 'SIL' then 'silence' else 'policy' end"
)
OWNERS = 'join cases_case c on c.id = r."case"'
ADDED = {
    "cases_case": "select id, id, 'opened', house, opened_at from rows",
    "cases_report": """select "case", "case", 'finding', levee_party(), now() from rows""",
    "cases_participant": """select "case", "case", 'party', levee_party(), since from rows""",
    "cases_answer": """select "case", "case", 'answer', levee_party(), at from rows""",
    "cases_claim": """select "case", "case", 'claim', party, at from rows""",
    "cases_entry": f"""select "case", "case", {STEPS}, by, at from rows""",  # noqa: S608
    "cases_thread": """select "case", id, 'thread', party, at from rows where audience in ('product', 'party')""",
    "cases_message": """select "case", thread, 'message', party, at from rows""",
    "cases_arrival": f"""select c.id, c.internal, 'mail', c.house, r.at from rows r {OWNERS}""",  # noqa: S608
    "cases_outcome": f"""select c.id, c.internal, 'outcome', c.house, r.proposed_at from rows r {OWNERS}""",  # noqa: S608
    "cases_conflict": """select "case", "case", 'conflict', party, at from rows""",
    "cases_hand_over": """select "case", "case", 'hand_over', party, at from rows""",
    "cases_opening": """select "case", "case", 'entered', null::uuid, at from rows""",
    "cases_reminder": """select "case", "case", 'clock', organisation, at from rows""",
}
CHANGED = {
    "cases_case": "select r.id, r.id, 'corrected', r.house, now() from rows r join before b on b.id = r.id "
    "where r.successor is distinct from b.successor",
    "cases_claim": """select "case", "case", 'claim', levee_party(), coalesce(settled_at, doubted_at, decided_at, at)
        from rows""",
    "cases_outcome": f"""select c.id, c.internal, 'outcome', c.house, coalesce(r.settled_at, r.proposed_at)
        from rows r {OWNERS}""",  # noqa: S608
    "cases_conflict": """select "case", "case", 'conflict', levee_party(), coalesce(settled_at, at) from rows""",
}


class Migration(migrations.Migration):
    dependencies = [("cases", "0018_attachments")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("subject", models.UUIDField()),
                ("what", models.TextField()),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "cases_change",
                "indexes": [models.Index(fields=["subject", "told_at"], name="cases_change_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        run("alter table cases_change alter column id set default gen_random_uuid()"),
        run("alter table cases_change add column xid xid8 not null default pg_current_xact_id()"),
        run("alter table cases_change add column written timestamptz not null default clock_timestamp()"),
        run("create unique index cases_change_in_order on cases_change (told_at)"),
        run(
            'create unique index cases_change_once on cases_change (xid, "case", subject, what, by) '
            "nulls not distinct where told_at is null"
        ),
        *protect(
            "cases_change",
            see=f"{granted('subject', *PARTIES)} and {OF_ONE}",
            grants={DbRole.WEB: "select", DbRole.WORKER: "select"},
        ),
        run(ORDER),
        run(PLACE),
        run(NOTE),
        *(
            step
            for name in ("levee_order_case_changes()", "levee_case_change_told(uuid)", "levee_case_changed()")
            for step in [run(f"revoke execute on function {name} from public")]
        ),
        run(
            "grant execute on function levee_order_case_changes(), levee_case_change_told(uuid) "
            f"to {DbRole.WEB}, {DbRole.WORKER}"
        ),
        *(noted(table, "insert", "levee_case_changed", told) for table, told in ADDED.items()),
        *(noted(table, "update", "levee_case_changed", told) for table, told in CHANGED.items()),
    ]
