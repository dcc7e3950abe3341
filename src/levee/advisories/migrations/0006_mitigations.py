"""What operators are told before a flaw is public: only where attacks are on record, and nothing else is out."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect
from levee.platform.database.roles import DbRole

OWNER = granted('"case"', "owner") + (
    " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
)
SEEN = granted('"case"', "owner") + " and (select levee_is(array['person', 'agent']))"
IS_ATTACKED = "exists (select from cases_case c where c.id = \"case\" and c.world ~ 'A' and c.world !~ '[PX]')"


class Migration(migrations.Migration):
    dependencies = [("advisories", "0005_urgent"), ("notices", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Mitigation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("product", models.TextField()),
                ("text", models.TextField()),
                ("label", models.TextField()),
                ("because", models.TextField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "advisories_mitigation",
                "indexes": [models.Index(fields=["case", "at"], name="advisories_warned_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("mitigation", models.UUIDField()),
                ("organisation", models.UUIDField()),
                ("reason", models.TextField()),
            ],
            options={
                "db_table": "advisories_recipient",
                "indexes": [models.Index(fields=["case"], name="advisories_recipient_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "advisories_mitigation",
            see=SEEN,
            add=f'{OWNER} and "by" = (select levee_actor()) and {IS_ATTACKED}',
            grants={DbRole.WEB: "select, insert"},
        ),
        *protect("advisories_recipient", see=SEEN, add=OWNER, grants={DbRole.WEB: "select, insert"}),
    ]
