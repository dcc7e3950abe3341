"""A case goes to another owner: it is offered, and taken as a case of the taker's in this one's place."""

from __future__ import annotations

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from levee.platform.database.rls import granted, noted, own, protect, run
from levee.platform.database.roles import DbRole

ABOUT = '"case"'
PARTIES = ("owner", "finder", "vendor", "observer")
BY_A_COORDINATOR = "(select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
JOINED = "(select levee_standing()) = 'joined'"
OWNER = f"{granted(ABOUT, 'owner')} and settlement in ('', 'withdrawn')"
TAKER = (
    f"{own('party')} and {JOINED} and {granted(ABOUT, 'finder', 'vendor', 'observer')} "
    "and settlement in ('', 'declined')"
)
OFFERED = """select "case", "case", 'transfer', levee_party(), at from rows"""
SETTLED = """select "case", "case", 'transfer', levee_party(), settled_at from rows"""
# Who takes a case owns nothing of the one before it. This ends that one for it, where it was offered to its
# organisation, and lets it see the reports; the new case is empty, so that nothing was told in it yet. What its owner
# alone sees may stand in the way: it is named, and nothing is done.
TAKE_OVER = """
create function levee_take_over(offer uuid, goes_on uuid, at timestamptz) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare about uuid; why text; taker uuid := levee_party();
begin
    if not (levee_has(array['coordinator']) and levee_is(array['person'])) or levee_standing() <> 'joined' then
        return 'nothing';
    end if;
    select t."case" into about from cases_transfer t where t.id = offer and t.party = taker;
    if about is null then return 'nothing'; end if;
    perform pg_advisory_xact_lock(
        ('x' || left(encode(sha256(convert_to('case ' || about::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint);
    select t.because into why from cases_transfer t
        join cases_case c on c.id = t."case" join cases_case n on n.id = goes_on
        where t.id = offer and t.settled_at is null and c.successor is null and n.house = taker and n.id <> c.id
            and exists (select from access_grant g where g.subject = about and g.party = taker and g.until is null)
            and not exists (select from cases_participant p where p."case" = goes_on)
            and not exists (select from cases_report r where r."case" = goes_on)
        for update of t;
    if why is null then return 'nothing'; end if;
    if taker <> levee_clearinghouse() and exists (
        select from cases_contact t join cases_participant p on p.id = t.participant
        where t."case" = about and t.ended_at is null and (p.consent = 'invited' or exists (
            select from access_grant g where g.subject = about and g.party = p.party and g.until is null))) then
        return 'links';
    end if;
    if exists (select from cases_turn t where t."case" = about and t.released_at is null and t.withdrawn_at is null) then
        return 'turns';
    end if;
    insert into access_grant (id, subject, party, capacity, since)
        select gen_random_uuid(), r.finding, taker, 'vendor', levee_take_over.at from cases_report r
        where r."case" = about and not exists (
            select from access_grant g where g.subject = r.finding and g.party = taker and g.until is null);
    insert into cases_succession (id, before, after, kind, because, by, at)
        values (gen_random_uuid(), about, goes_on, 'transferred', why, levee_actor(), levee_take_over.at);
    update cases_case c set successor = goes_on where c.id = about;
    update cases_transfer t set settled_at = levee_take_over.at, settlement = 'taken' where t.id = offer;
    return '';
end $$
"""
# As before, and: from a case that another owner took over.
CARRY = """
create or replace function levee_carry_clocks(target uuid, whose uuid, at timestamptz) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare earlier uuid[];
begin
    if not exists (select from access_grant g where g.subject = target and g.party = whose and g.until is null)
        or not (whose = levee_party() and levee_is(array['person', 'agent']) or levee_is(array['person'])
            and levee_has(array['coordinator']) and exists (select from access_grant g where g.subject = target
                and g.party = levee_party() and g.until is null and g.capacity = 'owner')) then
        return;
    end if;
    with recursive line (about) as (
        select s.before from cases_succession s
            where s.after = target and s.kind in ('merged', 'split', 'transferred')
        union select s.before from cases_succession s join line l on s.after = l.about
            where s.kind in ('merged', 'split', 'transferred'))
    select array_agg(l.about) into earlier from line l where l.about <> target and exists (
        select from access_grant g where g.subject = l.about and g.party = whose and g.until is null);
    if earlier is null then return; end if;
    insert into cases_adoption (id, "case", party, policy, version, at, because)
        select distinct on (a.policy) gen_random_uuid(), target, whose, a.policy, a.version, levee_carry_clocks.at,
            a.because
        from cases_adoption a where a."case" = any (earlier) and a.party = whose and a.dropped_at is null
            and not exists (select from cases_adoption k where k."case" = target and k.party = whose
                and k.policy = a.policy and k.dropped_at is null)
        order by a.policy, a.version desc;
    insert into cases_clock_mark (id, "case", party, moment, at, evidence, stated_at)
        select distinct on (m.moment) gen_random_uuid(), target, whose, m.moment, m.at, m.evidence,
            levee_carry_clocks.at
        from (
            select k.moment, k.at, k.evidence, k.stated_at from cases_clock_mark k
                where k."case" = any (earlier) and k.party = whose and k.moment <> 'told'
            union all select 'told', min(e.at), 'on record in the case before this one', min(e.at)
                from cases_entry e join cases_participant p on p.id = e.participant
                where e."case" = any (earlier) and p.party = whose and p.capacity = 'vendor'
                    and e.moves = 'CS' and e.verb = 'V' having min(e.at) is not null
        ) m where not exists (select from cases_clock_mark k where k."case" = target and k.party = whose
            and k.moment = m.moment)
        order by m.moment, m.stated_at desc;
end $$
"""


def opened(statement: str, *roles: DbRole) -> list[Operation]:
    name = statement.split("function ")[1].split("(", maxsplit=1)[0]
    return [
        run(statement),
        run(f"revoke execute on function {name} from public"),
        run(f"grant execute on function {name} to {', '.join(roles)}"),
    ]


class Migration(migrations.Migration):
    dependencies = [("cases", "0027_reports_put_in")]

    operations = [
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("party", models.UUIDField()),
                ("because", models.TextField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("settlement", models.TextField(default="")),
            ],
            options={
                "db_table": "cases_transfer",
                "indexes": [
                    models.Index(fields=["case", "at"], name="cases_transfer_in_order"),
                    models.Index(
                        fields=["party"], name="cases_transfer_open", condition=models.Q(settled_at__isnull=True)
                    ),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_transfer",
            see=granted(ABOUT, *PARTIES),
            add=f"by = (select levee_actor()) and {granted(ABOUT, 'owner')} and {BY_A_COORDINATOR}",
            change=f"{BY_A_COORDINATOR} and ({OWNER} or {TAKER})",
            grants={DbRole.WEB: "select, insert, update (settled_at, settlement)", DbRole.WORKER: "select"},
        ),
        noted("cases_transfer", "insert", "levee_case_changed", OFFERED),
        noted("cases_transfer", "update", "levee_case_changed", SETTLED),
        *opened(TAKE_OVER, DbRole.WEB),
        run(CARRY),
    ]
