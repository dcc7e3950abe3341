"""What one coordinator would publish, and what a second one says to it; an advisory rests on what was agreed."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect, run
from levee.platform.database.roles import DbRole

OWNER = granted('"case"', "owner") + (
    " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"
)
SEEN = granted('"case"', "owner") + " and (select levee_is(array['person', 'agent']))"
IS_OUT = "exists (select from cases_case c where c.id = \"case\" and c.world ~ '[PX]')"
IS_ALLOWED = (
    "(select s.value from house_setting s where s.name = 'publish_alone' order by s.at desc, s.id desc limit 1) = 'yes'"
)
ASKED = "(alone = '' and settled_at is null)"
ALONE = f"(agreed and settled_by = asked_by and (alone = 'urgent' and {IS_OUT} or alone = 'allowed' and {IS_ALLOWED}))"
BY_TWO = "(agreed is not true or alone <> '' or settled_by <> asked_by)"
REVIEWED_BY_ANOTHER = "(reviewed_by is null or reviewed_by <> asked_by)"
DECIDED = (
    "exists (select from advisories_publication p "
    'where p."case" = advisories_advisory."case" and p.name = advisories_advisory.name and p.agreed)'
)


class Migration(migrations.Migration):
    dependencies = [("advisories", "0003_told_as_changes"), ("cases", "0019_changes"), ("house", "0001_settings")]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("name", models.TextField()),
                ("draft", models.TextField()),
                ("osv", models.TextField()),
                ("csaf", models.TextField()),
                ("digest", models.TextField()),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("alone", models.TextField(default="")),
                ("agreed", models.BooleanField(null=True)),
                ("settled_by", models.UUIDField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settlement", models.TextField(default="")),
                ("stands", models.BooleanField(null=True)),
                ("reviewed_by", models.UUIDField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("review", models.TextField(default="")),
            ],
            options={
                "db_table": "advisories_publication",
                "indexes": [models.Index(fields=["case", "asked_at"], name="advisories_asked_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "advisories_publication",
            see=SEEN,
            add=f"{OWNER} and asked_by = (select levee_actor()) and ({ASKED} or {ALONE})",
            change=f"{OWNER} and {BY_TWO} and {REVIEWED_BY_ANOTHER}",
            grants={
                DbRole.WEB: "select, insert, update (agreed, settled_by, settled_at, settlement, "
                "stands, reviewed_by, reviewed_at, review)"
            },
        ),
        run(f"alter policy advisories_advisory_add on advisories_advisory with check ({OWNER} and {DECIDED})"),
    ]
