"""Members open cases of their own, about findings that they handed in, and choose who takes part."""

from __future__ import annotations

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from levee.platform.database.rls import run
from levee.platform.database.roles import DbRole

BY_SOMEBODY = "levee_is(array['person', 'agent'])"
BY_A_COORDINATOR = "(select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
JOINED = "(select levee_standing()) = 'joined'"
# As before, and: whoever runs a case about a finding that it was let in to itself lets vendors in to that finding.
MAY_GRANT = """
create or replace function levee_may_grant(about uuid, what text, whom uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select not exists (select from access_grant g where g.subject = about)
        or exists (select from access_grant g where g.subject = about and g.until is null
            and g.party = levee_party() and (g.capacity = 'owner' or g.capacity = 'finder' and (
                what = 'owner' and whom = levee_clearinghouse()
                or what = 'service' and exists (select from platform_run r where r.id = whom))
                or what = 'vendor' and g.capacity in ('finder', 'vendor') and exists (
                    select from cases_report f join access_grant o on o.subject = f."case"
                    where f.finding = about and o.party = levee_party() and o.until is null
                        and o.capacity = 'owner')))
$$
"""
# As before, and: an observer's word is written for it, for it takes no step in a case.
OFFERED = (
    "p.party = levee_party() and p.consent = 'invited' "
    "and not exists (select from cases_contact t where t.participant = p.id)"
)
ANSWER = f"""
create or replace function levee_offer_answer(seat uuid, said text, at timestamptz) returns uuid
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
    end if;
    if said = 'declined' or held_as = 'observer' then
        insert into cases_entry (id, "case", number, at, moves, verb, participant, by, because)
            select gen_random_uuid(), about, coalesce(max(e.number), 0) + 1, levee_offer_answer.at, 'PEC',
                case said when 'declined' then 'decline' else 'accept' end, seat, whose, ''
            from cases_entry e where e."case" = about;
    end if;
    return about;
end $$
"""  # noqa: S608 - constants of this file
# How a project wants reports is told to whoever runs cases: its maker's own word before what the clearinghouse read.
POLICY = """
create function levee_policy_in_force(about text) returns setof cases_project_policy
language sql stable security definer set search_path = public, pg_temp as $$
    select p.* from cases_project_policy p
    left join cases_upkeep u on u.component = p.project and u.organisation = p.organisation and u.keeps = 'makes'
        and u.ended_at is null and u.said_by = levee_clearinghouse() and u.organisation <> levee_clearinghouse()
    where p.project = about and (u.id is not null or p.organisation = levee_clearinghouse())
        and (levee_has(array['coordinator']) or levee_party() = levee_clearinghouse())
    order by u.id is not null desc, p.at desc, p.version desc limit 1
$$
"""
# A member is asked for by its random key, which it tells whom it wants to. It has an administrator; a maintainer
# without an account has none, and is not told to anybody.
MEMBER = """
create function levee_member_called(key uuid) returns table (name text, kind text, contact text)
language sql stable security definer set search_path = public, pg_temp as $$
    select o.name, y.kind, o.contact from identity_organisation o join access_party y on y.id = o.id
    where o.id = key and y.standing <> 'left' and levee_has(array['coordinator']) and levee_is(array['person'])
        and exists (select from access_principal p where p.party = key and p.live and 'admin' = any (p.roles))
$$
"""
# The clearinghouse holds every finding: it is told which are in a case that their finder runs, so that nobody
# coordinates one flaw twice. It is told nothing of the case.
OWN_CASES = """
create function levee_own_cases(findings uuid[]) returns table (finding uuid, finder text, since timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select r.finding, o.name, c.opened_at from cases_report r join cases_case c on c.id = r."case"
    join identity_organisation o on o.id = c.house
    where r.finding = any (findings) and c.house <> levee_clearinghouse() and c.successor is null
        and exists (select from access_grant g where g.subject = r.finding and g.party = levee_party()
            and g.until is null and g.capacity = 'owner')
    order by c.opened_at, r.finding
$$
"""


def opened(statement: str, *roles: DbRole) -> list[Operation]:
    name = statement.split("function ")[1].split("(", maxsplit=1)[0]
    return [
        run(statement),
        run(f"revoke execute on function {name} from public"),
        run(f"grant execute on function {name} to {', '.join(roles)}"),
    ]


class Migration(migrations.Migration):
    dependencies = [("cases", "0025_forgotten_filters"), ("identity", "0001_initial"), ("access", "0004_lookups")]

    operations = [
        migrations.AlterField("case", "cluster", models.UUIDField(null=True)),
        run(
            "alter policy cases_case_add on cases_case "
            f"with check (house = (select levee_party()) and {JOINED} and {BY_A_COORDINATOR})"
        ),
        run(MAY_GRANT),
        run(ANSWER),
        *opened(POLICY, DbRole.WEB, DbRole.WORKER),
        *opened(MEMBER, DbRole.WEB),
        *opened(OWN_CASES, DbRole.WEB),
    ]
