from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, protect

SEE = "(select levee_party()) is not null"
# What feeds say is public; who brings it in is a run of the house, and who chooses sources is its coordinator.
RUN = "(select levee_is(array['service'])) and (select levee_party()) = (select levee_clearinghouse())"
COORDINATOR = (
    "coalesce((select levee_kind()) = 'clearinghouse' and (select levee_has(array['coordinator'])) "
    "and (select levee_is(array['person'])), false)"
)
# A run follows what comes through another house, and notes what it takes; a coordinator follows sources, and asks.
ADD_FEED = f"case when via is null then ({COORDINATOR}) else ({RUN}) end"
ADD_LOAD = f"case when state = 'waiting' then ({COORDINATOR}) else ({RUN}) end"
ROLES = (OPERATOR_PAGES, OPERATOR_JOBS)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField(unique=True)),
                ("title", models.TextField()),
                ("kind", models.TextField()),
                ("urls", ArrayField(base_field=models.TextField(), size=None)),
                ("hours", models.IntegerField()),
                ("root", models.BinaryField(null=True)),
                ("via", models.UUIDField(null=True)),
                ("added_at", models.DateTimeField()),
                ("scheduled", models.UUIDField(null=True)),
                ("known", models.JSONField(default=dict)),
                ("cursor", models.TextField(default="")),
                ("held", models.IntegerField(default=0)),
                ("since", models.DateTimeField(null=True)),
                ("data_at", models.DateTimeField(null=True)),
                ("edition", models.TextField(default="")),
                ("version", models.TextField(default="")),
                ("fetched_at", models.DateTimeField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("came_by", models.TextField(default="")),
                ("place", models.TextField(default="")),
                ("note", models.TextField(default="")),
                ("alarm", models.TextField(default="")),
                ("failure", models.TextField(default="")),
            ],
            options={"db_table": "feeds_feed"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Load",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("feed", models.UUIDField()),
                ("principal", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("state", models.TextField()),
                ("came_by", models.TextField()),
                ("place", models.TextField(default="")),
                ("accept", models.BooleanField(default=False)),
                ("blob", models.UUIDField(null=True)),
                ("size", models.BigIntegerField(default=0)),
                ("read", models.IntegerField(default=0)),
                ("changed", models.IntegerField(default=0)),
                ("gone", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                ("refusals", models.JSONField(default=list)),
                ("version", models.TextField(default="")),
                ("why", models.TextField(default="")),
            ],
            options={
                "db_table": "feeds_load",
                "indexes": [models.Index(fields=["feed", "-asked_at"], name="feeds_load_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("feed", models.UUIDField()),
                ("name", models.TextField()),
                ("shard", models.SmallIntegerField()),
                ("digest", models.BinaryField()),
                ("packed", models.BinaryField()),
                ("modified", models.DateTimeField()),
                ("batch", models.UUIDField()),
                ("gone_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "feeds_record",
                "indexes": [
                    models.Index(fields=["batch"], name="feeds_record_batch"),
                    models.Index(fields=["feed", "shard"], name="feeds_record_shard"),
                ],
                "constraints": [models.UniqueConstraint(fields=("feed", "name"), name="feeds_record_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Signal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("feed", models.UUIDField()),
                ("vulnerability", models.TextField()),
                ("says", models.TextField()),
                ("value", models.TextField()),
                ("at", models.DateTimeField()),
                ("batch", models.UUIDField()),
                ("gone_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "feeds_signal",
                "indexes": [
                    models.Index(fields=["batch"], name="feeds_signal_batch"),
                    models.Index(fields=["feed"], name="feeds_signal_of"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("vulnerability", "feed", "says"), name="feeds_signal_once")
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "feeds_feed",
            see=SEE,
            add=ADD_FEED,
            change=RUN,
            grants={OPERATOR_PAGES: "select, insert", OPERATOR_JOBS: "select, insert, update"},
            to=ROLES,
        ),
        *protect(
            "feeds_load",
            see=SEE,
            add=ADD_LOAD,
            change=RUN,
            grants={OPERATOR_PAGES: "select, insert", OPERATOR_JOBS: "select, insert, update"},
            to=ROLES,
        ),
        *(
            operation
            for table in ("feeds_record", "feeds_signal")
            for operation in protect(
                table,
                see=SEE,
                add=RUN,
                change=RUN,
                grants={OPERATOR_PAGES: "select", OPERATOR_JOBS: "select, insert, update"},
                to=ROLES,
            )
        ),
    ]
