"""Cases that are merged, split or opened again: which went on in which, and who is offered a part on which terms."""

from __future__ import annotations

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from levee.platform.database.rls import granted, noted, protect, run
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
ABOUT = '"case"'
OF_BOTH = f"{granted('before', 'owner')} and {granted('after', 'owner')}"
BY_A_COORDINATOR = "(select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
BY_SOMEBODY = "levee_is(array['person', 'agent'])"
CORRECTED = """
insert into cases_succession (id, before, after, kind, because, by, at)
select gen_random_uuid(), c.id, c.successor, 'corrected', '', c.house, s.opened_at
from cases_case c join cases_case s on s.id = c.successor
"""
# What else a merge or a split changes is noted where it is written.
TAKEN_OUT = "select before, before, 'finding', levee_party(), at from rows where kind = 'split'"
# Who is offered a part sees no case of it yet: this tells a member the terms, and nothing else. Whoever was let in by a
# link answers there, with a code.
OFFERED = (
    "p.party = levee_party() and p.consent = 'invited' "
    "and not exists (select from cases_contact t where t.participant = p.id)"
)
OFFERS = f"""
create function levee_offers(at timestamptz)
returns table (participant uuid, house text, embargo_end timestamptz, since timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select p.id, o.name, case when c.embargo in ('active', 'revise') and c.embargo_end > at then c.embargo_end end, p.since
    from cases_participant p join cases_case c on c.id = p."case" join identity_organisation o on o.id = c.house
    where {OFFERED} and c.successor is null order by p.since, p.id
$$
"""  # noqa: S608 - constants of this file
ANSWER = f"""
create function levee_offer_answer(seat uuid, said text, at timestamptz) returns uuid
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare about uuid; thread uuid; whose uuid; held_as text;
begin
    select c.id, c.everyone, p.party, p.capacity into about, thread, whose, held_as
        from cases_participant p join cases_case c on c.id = p."case"
        where p.id = seat and {OFFERED} and c.successor is null and {BY_SOMEBODY} for update of p;
    if about is null or said not in ('signatory', 'declined') then return null; end if;
    perform pg_advisory_xact_lock(
        ('x' || left(encode(sha256(convert_to('case ' || about::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint);
    update cases_participant p set consent = said, consented_at = levee_offer_answer.at where p.id = seat;
    if said = 'signatory' then
        insert into access_grant (id, subject, party, capacity, since)
            select gen_random_uuid(), s.subject, whose, held_as, levee_offer_answer.at from (
                select about as subject union select thread
                union select r.finding from cases_report r where r."case" = about and held_as = 'vendor') s;
    else
        insert into cases_entry (id, "case", number, at, moves, verb, participant, by, because)
            select gen_random_uuid(), about, coalesce(max(e.number), 0) + 1, levee_offer_answer.at, 'PEC', 'decline',
                seat, whose, ''
            from cases_entry e where e."case" = about;
    end if;
    return about;
end $$
"""  # noqa: S608 - constants of this file
# What a party said of clocks stands in its own name. It comes along to a case that took in, or came out of, one that it
# takes part in: its policies, its word on what happened, and when it was told.
CARRY = """
create function levee_carry_clocks(target uuid, whose uuid, at timestamptz) returns void
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
        select s.before from cases_succession s where s.after = target and s.kind in ('merged', 'split')
        union select s.before from cases_succession s join line l on s.after = l.about
            where s.kind in ('merged', 'split'))
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


def opened(statement: str) -> list[Operation]:
    name = statement.split("function ")[1].split("(", maxsplit=1)[0]
    return [
        run(statement),
        run(f"revoke execute on function {name} from public"),
        run(f"grant execute on function {name} to {DbRole.WEB}"),
    ]


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_changes")]

    operations = [
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("before", models.UUIDField()),
                ("after", models.UUIDField()),
                ("kind", models.TextField()),
                ("because", models.TextField(default="")),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_succession",
                "indexes": [
                    models.Index(fields=["before"], name="cases_succession_of"),
                    models.Index(fields=["after"], name="cases_succession_to"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        run(CORRECTED),
        *protect(
            "cases_succession",
            see=f"({granted('before', *PARTIES)} or {granted('after', *PARTIES)})",
            add=f"{OF_BOTH} and {BY_A_COORDINATOR}",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
        run(f"grant delete on cases_report to {DbRole.WEB}"),
        run(
            f"create policy cases_report_remove on cases_report for delete to {DbRole.WEB} "
            f"using ({granted(ABOUT, 'owner')} and {BY_A_COORDINATOR})"
        ),
        noted("cases_succession", "insert", "levee_case_changed", TAKEN_OUT),
        *(step for statement in (OFFERS, ANSWER, CARRY) for step in opened(statement)),
    ]
