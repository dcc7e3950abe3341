from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from levee.platform.database.rls import also, protect, run
from levee.platform.database.roles import DbRole

# Each of these takes the actor from the transaction, answers about that actor alone, and is named in the catalogue test.
ABOUT_THE_ACTOR = {
    "levee_party() returns uuid": """
        select coalesce(
            (select p.party from access_principal p where p.id = levee_actor() and p.live
                and p.roles && array['member', 'coordinator']),
            (select r.party from platform_run r where r.id = levee_actor() and r.ended_at is null))
    """,
    "levee_organisation() returns uuid": """
        select p.party from access_principal p where p.id = levee_actor() and p.live
    """,
    "levee_is(kinds text[]) returns boolean": """
        select case
            when exists (select from access_principal p where p.id = levee_actor() and p.live and p.kind = any(kinds))
                then true
            else 'service' = any(kinds) and exists (
                select from platform_run r where r.id = levee_actor() and r.ended_at is null)
        end
    """,
    "levee_has(wanted text[]) returns boolean": """
        select exists (select from access_principal p where p.id = levee_actor() and p.live and p.roles && wanted)
            or exists (select from platform_run r where r.id = levee_actor() and r.ended_at is null)
    """,
    "levee_kind() returns text": """
        select y.kind from access_principal p join access_party y on y.id = p.party
        where p.id = levee_actor() and p.live
    """,
    "levee_standing() returns text": """
        select case when y.standing = 'joined' and y.joined_until <= now() then 'limited' else y.standing end
        from access_principal p join access_party y on y.id = p.party
        where p.id = levee_actor() and p.live
    """,
}
ABOUT_THE_HOUSE = {
    # Who runs the clearinghouse is public knowledge, and everyone who hands something in lets it in.
    "levee_clearinghouse() returns uuid": "select id from access_party where kind = 'clearinghouse'",
}
ON_GRANTS = {
    # The first grant on a fresh subject is its maker's own; later ones come from its owner. A finder hands on no more
    # than what handing in takes: ownership to the clearinghouse, and service to a run.
    "levee_may_grant(about uuid, what text, whom uuid) returns boolean": """
        select not exists (select from access_grant g where g.subject = about)
            or exists (select from access_grant g where g.subject = about and g.until is null
                and g.party = levee_party() and (g.capacity = 'owner' or g.capacity = 'finder' and (
                    what = 'owner' and whom = levee_clearinghouse()
                    or what = 'service' and exists (select from platform_run r where r.id = whom))))
    """,
    "levee_end_grant(about uuid, whose uuid, at timestamptz) returns bigint": """
        with ended as (
            update access_grant g set until = at
            where g.subject = about and g.party = whose and g.until is null
                and (whose = levee_party() or exists (
                    select from access_grant o where o.subject = about and o.until is null
                        and o.party = levee_party() and o.capacity = 'owner'))
            returning 1)
        select count(*) from ended
    """,
}


def definer(signature: str, body: str, *, volatile: bool = False) -> list[Operation]:
    name = signature.split(" returns ", maxsplit=1)[0]
    kind = "volatile" if volatile else "stable"
    return [
        run(
            f"create function {signature} language sql {kind} security definer "
            f"set search_path = public, pg_temp as $$ {body} $$"
        ),
        run(f"revoke execute on function {name.split('(')[0]} from public"),
        run(f"grant execute on function {name.split('(')[0]} to {DbRole.WEB}, {DbRole.WORKER}, {DbRole.LEDGER}"),
    ]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("platform", "0001_runs")]

    operations = [
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("standing", models.TextField()),
                ("joined_until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "access_party"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Principal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("party", models.UUIDField()),
                ("kind", models.TextField()),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("live", models.BooleanField(default=True)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "access_principal"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("party", models.UUIDField()),
                ("subject", models.UUIDField()),
                ("capacity", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "access_grant",
                "indexes": [
                    models.Index(fields=["party", "capacity", "subject"], name="access_grant_by_party"),
                    models.Index(fields=["subject"], name="access_grant_by_subject"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *(
            step
            for signature, body in {**ABOUT_THE_ACTOR, **ABOUT_THE_HOUSE}.items()
            for step in definer(signature, body)
        ),
        *(
            step
            for signature, body in ON_GRANTS.items()
            for step in definer(signature, body, volatile="end_grant" in signature)
        ),
        *protect(
            "access_party",
            see="id = (select levee_organisation()) or (select levee_kind()) = 'clearinghouse'",
            add="(select levee_kind()) = 'clearinghouse' and (select levee_has(array['admin', 'coordinator'])) "
            "and (select levee_is(array['person']))",
            change="id = (select levee_organisation()) and (select levee_has(array['admin'])) "
            "and (select levee_is(array['person']))",
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select", DbRole.LEDGER: "select"},
        ),
        *protect(
            "access_principal",
            see="id = (select levee_actor()) or party = (select levee_organisation())",
            add="(select levee_is(array['person'])) and "
            "(((select levee_has(array['admin'])) and party = (select levee_organisation())) "
            "or ((select levee_has(array['admin', 'coordinator'])) and (select levee_kind()) = 'clearinghouse'))",
            change="party = (select levee_organisation()) and (select levee_has(array['admin'])) "
            "and (select levee_is(array['person']))",
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select", DbRole.LEDGER: "select"},
        ),
        *protect(
            "access_grant",
            see="party = (select levee_party())",
            add="levee_may_grant(subject, capacity, party)",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select, insert", DbRole.LEDGER: "select"},
        ),
        *also("access_party", DbRole.LEDGER, see="true"),
        *also("access_principal", DbRole.LEDGER, see="true"),
        *also("access_grant", DbRole.LEDGER, see="true"),
    ]
