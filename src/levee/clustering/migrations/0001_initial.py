from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect
from levee.platform.database.roles import DbRole

SERVICE = " and (select levee_is(array['service']))"
COORDINATOR = " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
EITHER = (
    " and ((select levee_is(array['service'])) or "
    "((select levee_has(array['coordinator'])) and (select levee_is(array['person']))))"
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Cluster",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("house", models.UUIDField()),
                ("target", models.TextField()),
                ("kind", models.TextField()),
                ("signature", models.TextField()),
                ("formed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "clustering_cluster",
                "constraints": [
                    models.UniqueConstraint(fields=("house", "signature"), name="clustering_one_per_signature")
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("cluster", models.UUIDField()),
                ("finding", models.UUIDField()),
                ("proof_digest", models.TextField()),
                ("evidence", models.TextField()),
                ("explanation", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("ended_as", models.TextField(default="")),
                ("because", models.TextField(default="")),
            ],
            options={
                "db_table": "clustering_member",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(until=None), fields=("finding",), name="clustering_one_place_at_a_time"
                    )
                ],
                "indexes": [models.Index(fields=["cluster", "since"], name="clustering_members_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("cluster", models.UUIDField()),
                ("into", models.UUIDField()),
                ("explanation", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("because", models.TextField(default="")),
            ],
            options={
                "db_table": "clustering_merge",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(until=None), fields=("cluster",), name="clustering_merged_once_at_a_time"
                    )
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("cluster", models.UUIDField()),
                ("other", models.UUIDField()),
                ("kind", models.TextField()),
                ("explanation", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "clustering_relation",
                "indexes": [models.Index(fields=["cluster"], name="clustering_relations_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("cluster", models.UUIDField()),
                ("fix", models.UUIDField()),
                ("provider", models.UUIDField()),
                ("patch", models.UUIDField(null=True)),
                ("patch_size", models.IntegerField(default=0)),
                ("upgrade", models.TextField(default="")),
                ("since", models.DateTimeField()),
                ("narrow", models.UUIDField(null=True)),
                ("narrow_size", models.IntegerField(default=0)),
                ("narrowed_at", models.DateTimeField(null=True)),
                ("seen", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "clustering_offer",
                "constraints": [models.UniqueConstraint(fields=("cluster", "fix"), name="clustering_offer_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "clustering_cluster",
            see=granted("id", "owner"),
            add=granted("id", "owner") + SERVICE,
            grants={DbRole.WEB: "select", DbRole.WORKER: "select, insert"},
        ),
        *protect(
            "clustering_member",
            see=granted("cluster", "owner"),
            add=granted("cluster", "owner") + SERVICE,
            change=granted("cluster", "owner") + EITHER,
            grants={DbRole.WEB: "select, update", DbRole.WORKER: "select, insert, update"},
        ),
        *protect(
            "clustering_merge",
            see=granted("cluster", "owner"),
            add=granted("cluster", "owner") + " and " + granted('"into"', "owner") + SERVICE,
            change=granted("cluster", "owner") + COORDINATOR,
            grants={DbRole.WEB: "select, update", DbRole.WORKER: "select, insert"},
        ),
        *protect(
            "clustering_relation",
            see=granted("cluster", "owner"),
            add=granted("cluster", "owner") + SERVICE,
            change=granted("cluster", "owner") + EITHER,
            grants={DbRole.WEB: "select, update", DbRole.WORKER: "select, insert, update"},
        ),
        *protect(
            "clustering_offer",
            see=granted("cluster", "owner"),
            add=granted("cluster", "owner") + SERVICE,
            change=granted("cluster", "owner") + SERVICE,
            grants={DbRole.WEB: "select", DbRole.WORKER: "select, insert, update"},
        ),
    ]
