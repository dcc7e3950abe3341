from __future__ import annotations

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from levee.platform.database.rls import granted, protect, run
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
BY_A_COORDINATOR = " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"

# A maintainer without an account is known by a locator, which is no secret, and by a code, which is: these answer
# before there is an actor. The first tells only what stands in the invitation; the second counts the tries.
INVITATION = """
create function levee_invitation(locator uuid)
returns table (embargo_end timestamptz, consent text, house text)
language sql stable security definer set search_path = public, pg_temp as $$
    select c.embargo_end, p.consent, o.name from cases_contact t
    join cases_case c on c.id = t."case" join cases_participant p on p.id = t.participant
    join identity_organisation o on o.id = c.house
    where t.id = locator and t.ended_at is null
$$
"""
CODE = """
create function levee_contact_code(locator uuid, given bytea, opening uuid, at timestamptz) returns uuid
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare who uuid; about uuid;
begin
    select t."case" into about from cases_contact t where t.id = locator and t.ended_at is null
        and t.used_at is null and t.code_until > at and t.tries_left > 0 for update;
    if about is null then return null; end if;
    update cases_contact t set used_at = at where t.id = locator and t.code_digest = given
        returning t.principal into who;
    if who is null then
        update cases_contact t set tries_left = tries_left - 1 where t.id = locator;
    end if;
    insert into cases_opening (id, contact, "case", at, opened) values (opening, locator, about, at, who is not null);
    return who;
end $$
"""
NEW_CODE = """
create function levee_contact_renew(locator uuid, digest bytea, until timestamptz) returns text
language sql volatile security definer set search_path = public, pg_temp as $$
    update cases_contact t set code_digest = digest, code_until = until, tries_left = 5, used_at = null
    where t.id = locator and t.ended_at is null and t.principal = levee_actor() returning t.address
$$
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
        *(step for statement in (INVITATION, CODE, NEW_CODE) for step in opened(statement)),
    ]
