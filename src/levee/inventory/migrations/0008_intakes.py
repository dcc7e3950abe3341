"""Large files are taken in by jobs, which store them; long lists of an import are kept in parts."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, own, protect, run

OWN = own("organisation")
# Whoever stands in for an operator and may only look is none of these.
BY_A_MEMBER = f"{OWN} and (select levee_is(array['person', 'agent']))"
ACTING = f"{OWN} and (select levee_is(array['person', 'agent', 'service']))"
WRITTEN = ("inventory", "asset", "component", "finding")
AGAIN = "state, look, corrections, progress, expected, seen, fault, ended_at"
GOES_ON = "state, progress, expected, seen, fault, done, ended_at"
FINDING = (
    "place, title, severity, fixed, solution, settled, subject_ecosystem, subject, subject_version, support_ends, "
    "evidence_at, gone_at"
)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_made_at")]

    operations = [
        migrations.AddField("Import", "more_not_understood", models.IntegerField(default=0)),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("of", models.UUIDField()),
                ("list", models.TextField()),
                ("at", models.IntegerField()),
                ("lines", models.JSONField()),
            ],
            options={
                "db_table": "inventory_part",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "of", "list", "at"), name="inventory_part_once")
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("principal", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("name", models.TextField()),
                ("filename", models.TextField()),
                ("corrections", models.JSONField()),
                ("original", models.UUIDField()),
                ("original_size", models.BigIntegerField()),
                ("likeness", models.BinaryField()),
                ("state", models.TextField()),
                ("look", models.BooleanField()),
                ("progress", models.IntegerField(default=0)),
                ("expected", models.IntegerField(null=True)),
                ("seen", models.JSONField(null=True)),
                ("fault", models.JSONField(null=True)),
                ("done", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "inventory_intake",
                "indexes": [models.Index(fields=["organisation", "-at"], name="inventory_intake_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "done"), _negated=True),
                        fields=("organisation", "likeness"),
                        name="inventory_intake_once",
                    )
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "inventory_part",
            see=OWN,
            add=ACTING,
            grants={OPERATOR_PAGES: "select, insert", OPERATOR_JOBS: "select, insert"},
        ),
        *protect(
            "inventory_intake",
            see=OWN,
            add=BY_A_MEMBER,
            change=ACTING,
            remove=BY_A_MEMBER,
            grants={
                OPERATOR_PAGES: f"select, insert, update ({AGAIN}), delete",
                OPERATOR_JOBS: f"select, update ({GOES_ON})",
            },
        ),
        # What a member may import, a run for its organisation may as well: the job that takes a large file in.
        *(run(f"alter policy inventory_{name}_add on inventory_{name} with check ({ACTING})") for name in WRITTEN),
        *(
            run(f"alter policy inventory_{name}_change on inventory_{name} using ({ACTING}) with check ({ACTING})")
            for name in WRITTEN
        ),
        run(f"alter policy inventory_import_add on inventory_import with check ({ACTING})"),
        run(f"grant insert on inventory_import to {OPERATOR_JOBS}"),
        run(f"grant insert, update on inventory_inventory to {OPERATOR_JOBS}"),
        run(f"grant insert, update on inventory_asset to {OPERATOR_JOBS}"),
        run(f"grant insert, update (gone_at) on inventory_component to {OPERATOR_JOBS}"),
        run(f"grant insert, update ({FINDING}) on inventory_finding to {OPERATOR_JOBS}"),
    ]
