"""Operators let an intermediary act for them: whoever stands in for one is of its party while the consent stands."""

from __future__ import annotations

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from levee.platform.database.rls import OPERATOR_PAGES, OPERATORS, protect, run

STANDS = "c.ended_at is null and (c.until is null or c.until > now())"
FOR = "coalesce(current_setting('levee.stands_in_for', true), '')"
# Operators' pages alone let somebody stand in for another: the setting says nothing to any other process.
HERE = f"coalesce(nullif(current_setting('role'), 'none'), session_user::text) = '{OPERATOR_PAGES}'"
FUNCTIONS = {
    "levee_stands_in(acting boolean) returns uuid": f"""
        select c.operator from access_consent c join access_principal p on p.id = levee_actor()
        where c.intermediary = p.party and c.operator = nullif({FOR}, '')::uuid and {STANDS} and {HERE}
            and p.live and p.roles && array['member', 'coordinator'] and (c.may_act or not acting)
    """,  # noqa: S608 - constants of this file
    "levee_party() returns uuid": f"""
        select case when {FOR} <> '' then levee_stands_in(false) else coalesce(
            (select p.party from access_principal p where p.id = levee_actor() and p.live
                and p.roles && array['member', 'coordinator']),
            (select r.party from platform_run r where r.id = levee_actor() and r.ended_at is null)) end
    """,  # noqa: S608 - constants of this file
    "levee_is(kinds text[]) returns boolean": f"""
        select ({FOR} = '' or levee_stands_in(true) is not null) and case
            when exists (select from access_principal p where p.id = levee_actor() and p.live and p.kind = any(kinds))
                then true
            else 'service' = any(kinds) and exists (
                select from platform_run r where r.id = levee_actor() and r.ended_at is null)
        end
    """,  # noqa: S608 - constants of this file
    "levee_has(wanted text[]) returns boolean": f"""
        select case when {FOR} <> '' then 'member' = any(wanted) and levee_stands_in(false) is not null
            else exists (select from access_principal p where p.id = levee_actor() and p.live and p.roles && wanted)
                or exists (select from platform_run r where r.id = levee_actor() and r.ended_at is null) end
    """,  # noqa: S608 - constants of this file
    # Whoever knows the random key of an intermediary is told its name; of any other organisation, nothing.
    "levee_intermediary(key uuid) returns text": """
        select o.name from identity_organisation o join access_party p on p.id = o.id
        where o.id = key and p.kind = 'intermediary'
    """,
    "levee_clients() returns table (consent uuid, operator uuid, name text, kind text, standing text, "
    "joined_until timestamptz, may_act boolean, since timestamptz, until timestamptz)": f"""
        select c.id, c.operator, o.name, y.kind, y.standing, y.joined_until, c.may_act, c.since, c.until
        from access_consent c join access_principal p on p.id = levee_actor() and p.party = c.intermediary
        join identity_organisation o on o.id = c.operator join access_party y on y.id = c.operator
        where {STANDS} and p.live and p.roles && array['member', 'coordinator']
    """,  # noqa: S608 - constants of this file
}
OF_THE_OPERATOR = (
    "operator = (select levee_organisation()) and (select levee_has(array['admin'])) "
    "and (select levee_is(array['person']))"
)


def function(signature: str, body: str) -> list[Operation]:
    name = signature.partition("(")[0]
    return [
        run(
            f"create or replace function {signature} language sql stable security definer "
            f"set search_path = public, pg_temp as $$ {body} $$"
        ),
        run(f"revoke execute on function {name} from public"),
    ]


class Migration(migrations.Migration):
    dependencies = [("access", "0002_operators"), ("identity", "0002_operators")]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("operator", models.UUIDField()),
                ("intermediary", models.UUIDField()),
                ("may_act", models.BooleanField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "access_consent",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("operator", "intermediary"),
                        name="access_consent_once",
                    )
                ],
                "indexes": [models.Index(fields=["intermediary", "operator"], name="access_consent_by_whom")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *(step for signature, body in FUNCTIONS.items() for step in function(signature, body)),
        run(f"grant execute on function levee_intermediary, levee_clients to {OPERATOR_PAGES}"),
        *protect(
            "access_consent",
            see="operator = (select levee_organisation()) or intermediary = (select levee_organisation())",
            add=f"{OF_THE_OPERATOR} and levee_intermediary(intermediary) is not null",
            change=OF_THE_OPERATOR,
            grants={OPERATOR_PAGES: "select, insert, update (ended_at)"},
            to=OPERATORS,
        ),
    ]
