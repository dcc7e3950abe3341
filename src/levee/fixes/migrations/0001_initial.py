from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect, run
from levee.platform.database.roles import DbRole

WORKERS = ("owner", "finder", "vendor")

FORGET = """
create function levee_forget_in_fixes(whom uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    if not levee_may_forget(whom) then return; end if;
    update fixes_fix f set author = 'a former member' from identity_member m
        where m.id = whom and f.provider = m.organisation and f.author = m.name;
end $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Fix",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("kind", models.TextField()),
                ("patch", models.UUIDField(null=True)),
                ("patch_size", models.IntegerField(default=0)),
                ("upgrade", models.TextField(default="")),
                ("note", models.TextField(default="")),
                ("author", models.TextField()),
                ("provider", models.UUIDField()),
                ("state", models.TextField()),
                ("level", models.IntegerField(default=-1)),
                ("proofs_tried", models.IntegerField(default=0)),
                ("proofs_silent", models.IntegerField(default=0)),
                ("tests_before", models.IntegerField(default=-1)),
                ("tests_after", models.IntegerField(default=-1)),
                ("detail", models.TextField(default="")),
                ("attached_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "fixes_fix",
                "indexes": [models.Index(fields=["case", "attached_at"], name="fixes_of_case")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "fixes_fix",
            see=granted('"case"', *WORKERS),
            add="provider = (select levee_party()) and (select levee_is(array['person', 'agent'])) and "
            + granted('"case"', *WORKERS),
            change=granted('"case"', "owner") + " and (select levee_is(array['service']))",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select, update"},
        ),
        run(FORGET),
        run("revoke execute on function levee_forget_in_fixes from public"),
        run(f"grant execute on function levee_forget_in_fixes to {DbRole.WEB}"),
    ]
