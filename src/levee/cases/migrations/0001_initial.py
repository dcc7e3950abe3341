from __future__ import annotations

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from levee.platform.database.rls import granted, protect, run
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
BY_A_COORDINATOR = " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"

# A maintainer without an account is known by a locator, which is no secret, and by a code, which is: these answer
# before there is an actor, or before the actor is let in. A link ends with its embargo; one sent after that stands.
END = "coalesce(c.embargo_ended_at, c.embargo_end)"
STANDS = f"t.ended_at is null and ({END} > at or t.since >= {END})"
RENEWALS_A_DAY = 5
INVITATION = f"""
create function levee_invitation(locator uuid, at timestamptz) returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select o.name from cases_contact t
    join cases_case c on c.id = t."case" join identity_organisation o on o.id = c.house
    where t.id = locator and {STANDS}
$$
"""  # noqa: S608 - constants of this file
CODE = f"""
create function levee_contact_code(locator uuid, given bytea, opening uuid, at timestamptz) returns uuid
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare who uuid; about uuid;
begin
    select t."case" into about from cases_contact t join cases_case c on c.id = t."case"
        where t.id = locator and {STANDS} and t.used_at is null and t.code_until > at and t.tries_left > 0
        for update of t;
    if about is null then return null; end if;
    update cases_contact t set used_at = at where t.id = locator and t.code_digest = given
        returning t.principal into who;
    if who is null then
        update cases_contact t set tries_left = tries_left - 1 where t.id = locator;
    end if;
    insert into cases_opening (id, contact, "case", at, opened) values (opening, locator, about, at, who is not null);
    return who;
end $$
"""  # noqa: S608 - constants of this file
NEW_CODE = f"""
create function levee_contact_renew(locator uuid, digest bytea, until timestamptz, at timestamptz) returns text
language sql volatile security definer set search_path = public, pg_temp as $$
    update cases_contact t set code_digest = digest, code_until = until, tries_left = 5, used_at = null,
        renewed_at = at,
        renewals = case when t.renewals_since > at - interval '1 day' then t.renewals + 1 else 1 end,
        renewals_since = case when t.renewals_since > at - interval '1 day' then t.renewals_since else at end
    from cases_case c
    where c.id = t."case" and t.id = locator and t.principal = levee_actor() and {STANDS}
        and (t.renewed_at is null or t.renewed_at <= at - interval '1 minute')
        and (t.renewals < {RENEWALS_A_DAY} or t.renewals_since <= at - interval '1 day')
    returning t.address
$$
"""  # noqa: S608 - constants of this file
TERMS = f"""
create function levee_contact_terms(locator uuid, at timestamptz)
returns table (house text, embargo_end timestamptz, consent text)
language sql stable security definer set search_path = public, pg_temp as $$
    select o.name, case when {END} > at then {END} end, p.consent from cases_contact t
    join cases_case c on c.id = t."case" join cases_participant p on p.id = t.participant
    join identity_organisation o on o.id = c.house
    where t.id = locator and t.principal = levee_actor() and {STANDS}
$$
"""  # noqa: S608 - constants of this file
ACCEPT = f"""
create function levee_contact_consent(locator uuid, said text, by_name text, at timestamptz)
returns table ("case" uuid, participant uuid)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare about uuid; thread uuid; seat uuid; whose uuid;
begin
    select t."case", c.everyone, t.participant, p.party into about, thread, seat, whose
        from cases_contact t join cases_case c on c.id = t."case" join cases_participant p on p.id = t.participant
        where t.id = locator and t.principal = levee_actor() and p.consent = 'invited' and {STANDS} for update of p;
    if about is null then return; end if;
    update cases_participant p set consent = said, consented_by = by_name, consented_at = at where p.id = seat;
    if said = 'signatory' then
        insert into access_grant (id, subject, party, capacity, since)
            select gen_random_uuid(), s.subject, whose, 'vendor', at from (
                select about as subject union select thread
                union select r.finding from cases_report r where r."case" = about) s;
    else
        update cases_contact t set ended_at = at where t.id = locator;
    end if;
    return query select about, seat;
end $$
"""  # noqa: S608 - constants of this file
END_LINKS = """
create function levee_contacts_end(about uuid, seat uuid, until timestamptz, at timestamptz) returns bigint
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare each record; ended bigint := 0;
begin
    if not exists (select from access_grant g where g.subject = about and g.party = levee_party()
            and g.until is null and g.capacity = 'owner')
        or not (levee_is(array['service']) or levee_is(array['person']) and levee_has(array['coordinator'])) then
        return 0;
    end if;
    for each in select t.id, t.principal from cases_contact t
            where t."case" = about and (seat is null or t.participant = seat) and t.since <= until loop
        update cases_contact t set ended_at = coalesce(t.ended_at, at) where t.id = each.id;
        perform levee_end_ways_in(each.principal, at);
        update access_principal p set live = false, until = at where p.id = each.principal and p.live;
        ended := ended + 1;
    end loop;
    update cases_participant p set consent = 'invited' where p.id = seat and p.consent in ('declined', 'lapsed');
    return ended;
end $$
"""
FORGET = """
create function levee_forget_in_cases(whom uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare house uuid; called text; each record;
begin
    if not levee_may_forget(whom) then return; end if;
    select m.organisation, m.name into house, called from identity_member m where m.id = whom;
    for each in select t.address from cases_contact t where t.principal = whom loop
        delete from notify_letter l where lower(l.address) = lower(each.address);
        update identity_organisation o set contact = '' where lower(o.contact) = lower(each.address);
        update identity_organisation o set name = 'a former member' where o.id = house and o.name = called;
        update cases_participant p set name = 'a former member' where p.party = house and p.name = called;
    end loop;
    update cases_contact t set address = '', ended_at = coalesce(t.ended_at, now()) where t.principal = whom;
    update cases_participant p set answered_by = 'a former member' where p.party = house and p.answered_by = called;
    update cases_participant p set consented_by = 'a former member' where p.party = house and p.consented_by = called;
    update cases_message g set author = 'a former member' where g.party = house and g.author = called;
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
    initial = True
    dependencies = [("identity", "0001_initial"), ("notify", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("house", models.UUIDField()),
                ("cluster", models.UUIDField()),
                ("title", models.TextField()),
                ("summary", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("embargo", models.TextField()),
                ("embargo_end", models.DateTimeField()),
                ("embargo_ended_at", models.DateTimeField(null=True)),
                ("embargo_end_reason", models.TextField(default="")),
                ("everyone", models.UUIDField()),
                ("internal", models.UUIDField()),
            ],
            options={
                "db_table": "cases_case",
                "indexes": [models.Index(fields=["house", "-opened_at"], name="cases_newest")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("finding", models.UUIDField()),
            ],
            options={
                "db_table": "cases_report",
                "constraints": [models.UniqueConstraint(fields=("case", "finding"), name="cases_report_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("party", models.UUIDField()),
                ("name", models.TextField()),
                ("capacity", models.TextField()),
                ("consent", models.TextField()),
                ("answer", models.TextField()),
                ("justification", models.TextField(default="")),
                ("answered_by", models.TextField(default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("consented_by", models.TextField(default="")),
                ("consented_at", models.DateTimeField(null=True)),
                ("since", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_participant",
                "constraints": [models.UniqueConstraint(fields=("case", "party"), name="cases_participant_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("thread", models.UUIDField()),
                ("party", models.UUIDField()),
                ("author", models.TextField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_message",
                "indexes": [models.Index(fields=["thread", "at"], name="cases_message_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("participant", models.UUIDField()),
                ("principal", models.UUIDField()),
                ("address", models.TextField()),
                ("code_digest", models.BinaryField()),
                ("code_until", models.DateTimeField()),
                ("tries_left", models.IntegerField()),
                ("used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("since", models.DateTimeField()),
                ("renewed_at", models.DateTimeField(null=True)),
                ("renewals", models.IntegerField(default=0)),
                ("renewals_since", models.DateTimeField(null=True)),
            ],
            options={"db_table": "cases_contact"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("contact", models.UUIDField()),
                ("case", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("opened", models.BooleanField()),
            ],
            options={"db_table": "cases_opening"},
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_case",
            see=granted("id", *PARTIES),
            add="house = (select levee_party()) and (select levee_kind()) = 'clearinghouse'" + BY_A_COORDINATOR,
            change=granted("id", "owner") + BY_A_COORDINATOR,
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select"},
        ),
        *protect(
            "cases_report",
            see=granted('"case"', *PARTIES),
            add=granted('"case"', "owner") + BY_A_COORDINATOR,
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
        *protect(
            "cases_participant",
            see=granted('"case"', *PARTIES),
            add=granted('"case"', "owner") + BY_A_COORDINATOR,
            change="party = (select levee_party()) and "
            + granted('"case"', "vendor")
            + " "
            + "and (select levee_is(array['person', 'agent']))",
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select"},
        ),
        *protect(
            "cases_message",
            see=granted("thread", *PARTIES),
            add=f"party = (select levee_party()) and {granted('thread', 'owner', 'finder', 'vendor')} "
            "and (select levee_is(array['person', 'agent']))",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
        *protect(
            "cases_contact",
            see=granted('"case"', "owner"),
            add=granted('"case"', "owner") + BY_A_COORDINATOR,
            change=granted('"case"', "owner") + BY_A_COORDINATOR,
            grants={DbRole.WEB: "select, insert, update"},
        ),
        *protect(
            "cases_opening", see=granted('"case"', *PARTIES), grants={DbRole.WEB: "select", DbRole.WORKER: "select"}
        ),
        *(
            step
            for statement in (INVITATION, CODE, NEW_CODE, TERMS, ACCEPT, END_LINKS, FORGET)
            for step in opened(statement)
        ),
        run(f"grant execute on function levee_contacts_end to {DbRole.WORKER}"),
    ]
