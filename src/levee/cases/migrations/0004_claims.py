from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
BY_A_COORDINATOR = " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))"


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_forgotten_anywhere")]

    operations = [
        migrations.AddField(model_name="case", name="world", field=models.TextField(default="")),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("party", models.UUIDField()),
                ("event", models.TextField()),
                ("evidence", models.TextField()),
                ("at", models.DateTimeField()),
                ("state", models.TextField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("because", models.TextField(default="")),
            ],
            options={
                "db_table": "cases_claim",
                "indexes": [models.Index(fields=["case", "at"], name="cases_claim_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_claim",
            see=granted('"case"', *PARTIES),
            add="party = (select levee_party()) and state = 'asserted' and (select levee_is(array['person', 'agent'])) "
            "and " + granted('"case"', "owner", "finder", "vendor"),
            change=granted('"case"', "owner") + BY_A_COORDINATOR,
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select"},
        ),
    ]
