from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect, run
from levee.platform.database.roles import DbRole

ADVISORY = """
create table published.advisory (
    id uuid primary key,
    name text not null unique,
    title text not null,
    summary text not null,
    published_at timestamptz not null,
    modified_at timestamptz not null,
    revision integer not null,
    osv text not null,
    osv_signature text not null,
    csaf text not null,
    csaf_signature text not null
)
"""
KEY = """
create table published.signing_key (
    fingerprint text primary key,
    certificate text not null,
    since timestamptz not null
)
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Advisory",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("name", models.TextField()),
                ("title", models.TextField()),
                ("summary", models.TextField()),
                ("osv", models.TextField()),
                ("csaf", models.TextField()),
                ("state", models.TextField()),
                ("decided_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "advisories_advisory",
                "constraints": [models.UniqueConstraint(fields=("case",), name="advisories_one_per_case")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Published",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("title", models.TextField()),
                ("summary", models.TextField()),
                ("published_at", models.DateTimeField()),
                ("modified_at", models.DateTimeField()),
                ("revision", models.IntegerField()),
                ("osv", models.TextField()),
                ("osv_signature", models.TextField()),
                ("csaf", models.TextField()),
                ("csaf_signature", models.TextField()),
            ],
            options={"db_table": 'published"."advisory', "managed": False},
            managers=[("everyone", models.Manager())],
        ),
        migrations.CreateModel(
            name="PublishedKey",
            fields=[
                ("fingerprint", models.TextField(primary_key=True, serialize=False)),
                ("certificate", models.TextField()),
                ("since", models.DateTimeField()),
            ],
            options={"db_table": 'published"."signing_key', "managed": False},
            managers=[("everyone", models.Manager())],
        ),
        *protect(
            "advisories_advisory",
            see=granted('"case"', "owner", "vendor"),
            add=granted('"case"', "owner")
            + " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))",
            change=granted('"case"', "owner") + " and (select levee_is(array['service']))",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select, update"},
        ),
        run(ADVISORY),
        run(KEY),
        *(
            run(f"grant {privileges} on published.{table} to {role}")
            for table in ("advisory", "signing_key")
            for role, privileges in ((DbRole.PUBLIC, "select"), (DbRole.WORKER, "select, insert, update"))
        ),
    ]
