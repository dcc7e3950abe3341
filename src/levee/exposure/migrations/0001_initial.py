from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

from levee.platform.database.rls import own, protect, run
from levee.platform.database.roles import DbRole

OWN = own("organisation")
BY_A_RUN = f"{OWN} and (select levee_is(array['service']))"
HOUSE_RUN = "(select levee_acts_for_the_house())"
HOUSE = """
create function levee_acts_for_the_house() returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select levee_is(array['service'])
        and exists (select from access_party p where p.id = levee_party() and p.kind = 'clearinghouse')
$$
"""
CLAIM = "state, state_at"
# A person moves an action between open and claimed, and nowhere else; every other step is a run's.
BY_HAND = (
    f"{OWN} and ((select levee_is(array['service'])) "
    "or (state in ('open', 'claimed') and (select levee_is(array['person']))))"
)
STEP = (
    f"{OWN} and case when verb in ('claim', 'take_back') then (select levee_is(array['person'])) "
    "else (select levee_is(array['service'])) end"
)
TOUCHED = """
create function levee_operators_touched(ecosystems text[], names text[]) returns table (organisation uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select found.organisation from (
        select c.organisation from inventory_component c
        join unnest(ecosystems, names) as p (ecosystem, name) on c.ecosystem = p.ecosystem and c.name = p.name
        where c.gone_at is null
        union
        select m.organisation from exposure_match m
        join unnest(ecosystems, names) as p (ecosystem, name) on m.ecosystem = p.ecosystem and m.package = p.name
        where m.ended_at is null
    ) as found
    where levee_acts_for_the_house()
$$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0001_initial"), ("inventory", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Known",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("aliases", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("revision", models.TextField()),
                ("withdrawn", models.BooleanField()),
                ("record", models.JSONField()),
                ("signals", models.JSONField()),
                ("learnt_at", models.DateTimeField()),
            ],
            options={
                "db_table": "exposure_known",
            },
            managers=[
                ("unscoped", models.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="KnownPackage",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("known", models.UUIDField()),
                ("ecosystem", models.TextField()),
                ("name", models.TextField()),
            ],
            options={
                "db_table": "exposure_known_package",
                "indexes": [models.Index(fields=["known"], name="exposure_known_package_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("ecosystem", "name", "known"), name="exposure_known_package_once")
                ],
            },
            managers=[
                ("unscoped", models.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("component", models.UUIDField()),
                ("asset", models.UUIDField()),
                ("asset_name", models.TextField()),
                ("ecosystem", models.TextField()),
                ("package", models.TextField()),
                ("version", models.TextField()),
                ("known", models.UUIDField()),
                ("vulnerability", models.TextField()),
                ("certain", models.BooleanField()),
                ("action", models.UUIDField()),
                ("detected_at", models.DateTimeField()),
                ("explanation", models.JSONField()),
                ("timeline", models.JSONField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_because", models.TextField(default="")),
            ],
            options={
                "db_table": "exposure_match",
                "indexes": [
                    models.Index(fields=["organisation", "action"], name="exposure_match_of"),
                    models.Index(fields=["organisation", "ecosystem", "package"], name="exposure_match_package"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("organisation", "component", "known"),
                        name="exposure_match_once",
                    )
                ],
            },
            managers=[
                ("unscoped", models.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("action", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("verb", models.TextField()),
                ("principal", models.UUIDField()),
                ("note", models.TextField(default="")),
            ],
            options={
                "db_table": "exposure_step",
                "indexes": [models.Index(fields=["organisation", "action", "at"], name="exposure_step_of")],
            },
            managers=[
                ("unscoped", models.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Todo",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("owner", models.TextField()),
                ("owner_name", models.TextField()),
                ("ecosystem", models.TextField()),
                ("package", models.TextField()),
                ("version", models.TextField()),
                ("certain", models.BooleanField()),
                ("state", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("state_at", models.DateTimeField()),
                ("reopened", models.IntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                ("strictness", models.IntegerField()),
                ("timeline", models.JSONField()),
                ("exploited", models.BooleanField()),
                ("weight", models.IntegerField()),
                ("hits", models.IntegerField()),
                ("assets", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                (
                    "vulnerabilities",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
            ],
            options={
                "db_table": "exposure_action",
                "indexes": [models.Index(fields=["organisation", "state", "due_at"], name="exposure_action_ranked")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "ecosystem", "package", "version", "certain", "owner", "owner_name"),
                        name="exposure_action_once",
                    )
                ],
            },
            managers=[
                ("unscoped", models.Manager()),
            ],
        ),
        run(HOUSE),
        run("revoke execute on function levee_acts_for_the_house() from public"),
        run(f"grant execute on function levee_acts_for_the_house() to {DbRole.WEB}, {DbRole.WORKER}"),
        *protect(
            "exposure_known",
            see="(select levee_party()) is not null",
            add=HOUSE_RUN,
            change=HOUSE_RUN,
            grants={DbRole.WEB: "select", DbRole.WORKER: "select, insert, update"},
        ),
        *protect(
            "exposure_known_package",
            see="(select levee_party()) is not null",
            add=HOUSE_RUN,
            grants={DbRole.WEB: "select", DbRole.WORKER: "select, insert"},
        ),
        *protect(
            "exposure_match",
            see=OWN,
            add=BY_A_RUN,
            change=BY_A_RUN,
            grants={DbRole.WEB: "select", DbRole.WORKER: "select, insert, update"},
        ),
        *protect(
            "exposure_action",
            see=OWN,
            add=BY_A_RUN,
            change=BY_HAND,
            grants={DbRole.WEB: f"select, update ({CLAIM})", DbRole.WORKER: "select, insert, update"},
        ),
        *protect(
            "exposure_step",
            see=OWN,
            add=STEP,
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select, insert"},
        ),
        # Who holds a package is told to nobody but a run of the house, which turns it into one job per operator.
        run(TOUCHED),
        run("revoke execute on function levee_operators_touched(text[], text[]) from public"),
        run(f"grant execute on function levee_operators_touched(text[], text[]) to {DbRole.WORKER}"),
    ]
