from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, own, protect, run

OWN = own("organisation")
BY_PERSON = f"{OWN} and (select levee_is(array['person']))"
BY_A_RUN = f"{OWN} and (select levee_is(array['service']))"
# The run that hands deliveries to the ways out sees them, and nothing else of any operator.
POSTING = (
    "(select exists (select from platform_run r where r.id = (select levee_actor()) and r.kind = 'alerts.post' "
    "and r.ended_at is null))"
)
BOTH = (OPERATOR_PAGES, OPERATOR_JOBS)
# Whoever has the secret of a feed reads it without an account: one function, which shows the newest of one operator.
FEED = """
create function levee_feed(secret bytea, most integer)
returns table (organisation uuid, id uuid, at timestamptz, kind text, action uuid, title text, reason text, band text,
    due_at timestamptz, urgent boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.organisation, a.id, a.at, a.kind, a.action, a.title, a.reason, a.band, a.due_at, a.urgent
    from alerts_feed_token t left join lateral (
        select * from alerts_alert n where n.organisation = t.organisation order by n.at desc, n.id limit most
    ) a on true
    where t.digest = secret and t.revoked_at is null
$$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial"), ("exposure", "0002_ranges")]

    operations = [
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("organisation", models.UUIDField(primary_key=True, serialize=False)),
                ("mail", models.BooleanField()),
                ("address", models.TextField()),
                ("says", models.TextField()),
                ("zone", models.TextField()),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_to", models.TimeField(null=True)),
                ("urgent_in_quiet", models.BooleanField()),
                ("digest_at", models.TimeField()),
                ("brief_day", models.IntegerField(null=True)),
                ("hourly", models.IntegerField()),
            ],
            options={"db_table": "alerts_preference"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("url", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("paused", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "alerts_hook",
                "indexes": [models.Index(fields=["organisation"], name="alerts_hook_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="FeedToken",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("name", models.TextField()),
                ("digest", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "alerts_feed_token",
                "constraints": [models.UniqueConstraint(fields=["digest"], name="alerts_feed_token_once")],
                "indexes": [models.Index(fields=["organisation"], name="alerts_feed_token_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("kind", models.TextField()),
                ("action", models.UUIDField()),
                ("title", models.TextField()),
                ("lines", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("reason", models.TextField()),
                ("band", models.TextField()),
                ("due_at", models.DateTimeField(null=True)),
                ("urgent", models.BooleanField()),
                ("waits", models.BooleanField()),
                ("told", models.UUIDField(null=True)),
                ("taken_back", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "alerts_alert",
                "indexes": [
                    models.Index(fields=["organisation", "-at"], name="alerts_alert_newest"),
                    models.Index(fields=["organisation", "action"], name="alerts_alert_action"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("key", models.TextField()),
                ("channel", models.TextField()),
                ("purpose", models.TextField()),
                ("state", models.TextField()),
                ("hook", models.UUIDField(null=True)),
                ("to", models.TextField(default="")),
                ("subject", models.TextField(default="")),
                ("body", models.TextField(default="")),
                ("raw", models.BinaryField(null=True)),
                (
                    "alerts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("queued_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("leaving_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("answer", models.TextField(default="")),
            ],
            options={
                "db_table": "alerts_delivery",
                "constraints": [models.UniqueConstraint(fields=["organisation", "key"], name="alerts_delivery_once")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["held", "waiting", "leaving"])),
                        fields=["state", "not_before"],
                        name="alerts_delivery_due",
                    ),
                    models.Index(fields=["organisation", "-queued_at"], name="alerts_delivery_newest"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "alerts_preference",
            see=OWN,
            add=BY_PERSON,
            change=BY_PERSON,
            grants={OPERATOR_PAGES: "select, insert, update", OPERATOR_JOBS: "select"},
            to=BOTH,
        ),
        *protect(
            "alerts_hook",
            see=f"({OWN}) or {POSTING}",
            add=BY_PERSON,
            change=f"({BY_PERSON}) or {POSTING}",
            grants={OPERATOR_PAGES: "select, insert, update", OPERATOR_JOBS: "select, update (failed_at, paused)"},
            to=BOTH,
        ),
        *protect(
            "alerts_feed_token",
            see=OWN,
            add=BY_PERSON,
            change=BY_PERSON,
            grants={OPERATOR_PAGES: "select, insert, update", OPERATOR_JOBS: "select"},
            to=BOTH,
        ),
        *protect(
            "alerts_alert",
            see=OWN,
            add=BY_A_RUN,
            change=BY_A_RUN,
            grants={OPERATOR_PAGES: "select", OPERATOR_JOBS: "select, insert, update"},
            to=BOTH,
        ),
        # A person puts tests and the weekly brief into the outbox, and takes the brief out again.
        *protect(
            "alerts_delivery",
            see=f"({OWN}) or {POSTING}",
            add=f"({BY_A_RUN} and purpose <> 'test') or ({BY_PERSON} and purpose in ('test', 'brief'))",
            change=f"({BY_A_RUN}) or ({BY_PERSON} and purpose = 'brief') or {POSTING}",
            grants={
                OPERATOR_PAGES: "select, insert, update (state, ended_at, answer)",
                OPERATOR_JOBS: "select, insert, update",
            },
            to=BOTH,
        ),
        run(FEED),
        run("revoke execute on function levee_feed(bytea, integer) from public"),
        run(f"grant execute on function levee_feed(bytea, integer) to {OPERATOR_PAGES}"),
    ]
