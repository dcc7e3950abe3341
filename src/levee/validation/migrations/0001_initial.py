from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from levee.platform.database.rls import granted, protect, run
from levee.platform.database.roles import DbRole

READERS = ("owner", "finder", "vendor", "service")
# Source targets are the clearinghouse's own, and every run may need one.
HOUSE = (
    "(select levee_is(array['service'])) or coalesce((select levee_kind()) = 'clearinghouse' "
    "and (select levee_party()) is not null, false)"
)
COORDINATOR = (
    "coalesce((select levee_kind()) = 'clearinghouse' and (select levee_has(array['coordinator'])) "
    "and (select levee_is(array['person'])), false)"
)
KEPT = {DbRole.WEB: "select, insert", DbRole.WORKER: "select"}

FORGET = """
create function levee_forget_in_validation(whom uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    if not levee_may_forget(whom) then return; end if;
    update validation_judgement j set name = 'a former member' where j.principal = whom;
end $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("finding", models.UUIDField()),
                ("finder", models.UUIDField()),
                ("result", models.TextField()),
                ("kind", models.TextField(default="")),
                ("target", models.TextField()),
                ("effect_shown", models.IntegerField()),
                ("effect_runs", models.IntegerField()),
                ("contrast", models.TextField()),
                ("contrast_build", models.TextField(default="")),
                ("contract", models.TextField(default="")),
                ("reach", models.TextField()),
                ("signature", models.TextField(default="")),
                ("detail", models.TextField()),
                ("proof_digest", models.TextField(default="")),
                ("evidence", models.UUIDField(null=True)),
                ("evidence_size", models.IntegerField(default=0)),
                ("evidence_digest", models.TextField(default="")),
                ("evidence_signature", models.TextField(default="")),
                ("ran", models.UUIDField(null=True)),
                ("ran_size", models.IntegerField(default=0)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "validation_verdict",
                "indexes": [
                    models.Index(fields=["finding", "-at"], name="validation_newest"),
                    models.Index(fields=["finder", "result"], name="validation_by_finder"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("finding", models.UUIDField()),
                ("judgement", models.TextField()),
                ("name", models.TextField()),
                ("principal", models.UUIDField()),
                ("statement", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "validation_judgement",
                "indexes": [models.Index(fields=["finding", "-at"], name="validation_said")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("version", models.TextField()),
                ("digest", models.TextField()),
                ("archive", models.UUIDField()),
                ("archive_size", models.IntegerField()),
                ("added_by", models.UUIDField()),
                ("added_at", models.DateTimeField()),
                ("open_to", ArrayField(base_field=models.UUIDField(), default=list, size=None)),
            ],
            options={
                "db_table": "validation_target",
                "constraints": [models.UniqueConstraint(fields=("name", "version"), name="validation_target_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Control",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("target", models.TextField()),
                ("digest", models.TextField()),
                ("proof", models.UUIDField()),
                ("proof_size", models.IntegerField()),
                ("added_by", models.UUIDField()),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "db_table": "validation_control",
                "constraints": [models.UniqueConstraint(fields=("target", "digest"), name="validation_control_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect("validation_target", see=HOUSE, add=COORDINATOR, grants=KEPT),
        *protect("validation_control", see=HOUSE, add=COORDINATOR, grants=KEPT),
        *protect(
            "validation_verdict",
            see=granted("finding", *READERS),
            add=granted("finding", "service") + " and (select levee_is(array['service']))",
            grants={DbRole.WEB: "select", DbRole.WORKER: "select, insert"},
        ),
        *protect(
            "validation_judgement",
            see=granted("finding", *READERS),
            add=granted("finding", "owner")
            + " and (select levee_has(array['coordinator'])) and (select levee_is(array['person']))",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
        run(FORGET),
        run("revoke execute on function levee_forget_in_validation from public"),
        run(f"grant execute on function levee_forget_in_validation to {DbRole.WEB}"),
    ]
