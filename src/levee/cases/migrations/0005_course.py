from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect, run
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
OWNER = granted('"case"', "owner") + (
    " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
)
ASKED = granted('"case"', "finder", "vendor")
OWN_SEAT = "participant in (select p.id from cases_participant p where p.party = (select levee_party()))"

# What cases of before have been through, as far as their rows still tell it.
BEFORE = """
insert into cases_entry (id, "case", number, at, moves, verb, participant, by, proposal, "end", because)
select gen_random_uuid(), s.about, row_number() over (partition by s.about order by s.at, s.step, s.seat), s.at,
    s.moves, s.verb, s.seat, s.by, s.proposal, s.until, s.because
from (
    select c.id as about, c.opened_at as at, 1 as step, 'EM' as moves, 'propose' as verb, null::uuid as seat,
        c.house as by, c.cluster as proposal, c.embargo_end as until, '' as because from cases_case c
    union all select c.id, c.opened_at, 2, 'EM', 'accept', null, c.house, c.cluster, c.embargo_end, '' from cases_case c
    union all select p."case", p.since, 3, 'PEC', 'invite', p.id, c.house, null, null, ''
        from cases_participant p join cases_case c on c.id = p."case" where p.consent in ('invited', 'declined')
    union all select p."case", coalesce(p.consented_at, p.since), 4, 'PEC',
            case p.consent when 'declined' then 'decline' else 'accept' end, p.id, p.party, null, null, ''
        from cases_participant p where p.consent <> 'invited'
    union all select p."case", coalesce(p.consented_at, p.since), 5, 'PEC', 'revise', p.id, p.party, null, null, ''
        from cases_participant p where p.consent = 'lapsed'
    union all select t."case", t.decided_at, 6, 'CS', t.event, null, c.house, null, null, t.because
        from cases_claim t join cases_case c on c.id = t."case" where t.state = 'accepted'
    union all select c.id, c.embargo_ended_at, 7, 'EM', 'terminate', null, c.house, null, null, c.embargo_end_reason
        from cases_case c where c.embargo = 'exited'
) s
"""
# Who declines at the door takes no part and could not add to the history by itself. `levee.platform.database.locks`
# takes the same lock of the case.
STANDS = (
    "t.ended_at is null and (coalesce(c.embargo_ended_at, c.embargo_end) > at "
    "or t.since >= coalesce(c.embargo_ended_at, c.embargo_end))"
)
CONSENT = f"""
create or replace function levee_contact_consent(locator uuid, said text, by_name text, at timestamptz)
returns table ("case" uuid, participant uuid)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare about uuid; thread uuid; seat uuid; whose uuid;
begin
    select t."case", c.everyone, t.participant, p.party into about, thread, seat, whose
        from cases_contact t join cases_case c on c.id = t."case" join cases_participant p on p.id = t.participant
        where t.id = locator and t.principal = levee_actor() and p.consent = 'invited' and {STANDS} for update of p;
    if about is null then return; end if;
    update cases_participant p set consent = said, consented_by = by_name, consented_at = at where p.id = seat;
    perform pg_advisory_xact_lock(
        ('x' || left(encode(sha256(convert_to('case ' || about::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint);
    if said = 'signatory' then
        insert into access_grant (id, subject, party, capacity, since)
            select gen_random_uuid(), s.subject, whose, 'vendor', at from (
                select about as subject union select thread
                union select r.finding from cases_report r where r."case" = about) s;
    else
        update cases_contact t set ended_at = at where t.id = locator;
        insert into cases_entry (id, "case", number, at, moves, verb, participant, by, because)
            select gen_random_uuid(), about, coalesce(max(e.number), 0) + 1, levee_contact_consent.at, 'PEC', 'decline', seat, whose, ''
            from cases_entry e where e."case" = about;
    end if;
    return query select about, seat;
end $$
"""  # noqa: S608 - constants of this file


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_claims")]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("number", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("moves", models.TextField()),
                ("verb", models.TextField()),
                ("participant", models.UUIDField(null=True)),
                ("by", models.UUIDField()),
                ("proposal", models.UUIDField(null=True)),
                ("end", models.DateTimeField(null=True)),
                ("answer_by", models.DateTimeField(null=True)),
                ("because", models.TextField(default="")),
            ],
            options={
                "db_table": "cases_entry",
                "constraints": [models.UniqueConstraint(fields=("case", "number"), name="cases_entry_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        run(BEFORE),
        run(CONSENT),
        *protect(
            "cases_entry",
            see=granted('"case"', *PARTIES),
            add="by = (select levee_party()) and (select levee_is(array['person', 'agent'])) and "
            + granted('"case"', "owner", "finder", "vendor")
            + f" and (moves = 'PEC' or moves = 'EM' and verb = 'propose' or moves in ('RM', 'CS') and {OWN_SEAT}"
            + f" or {OWNER}) and (moves <> 'PEC' or verb <> 'decline' or {ASKED})",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
    ]
