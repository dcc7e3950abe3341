from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import protect, run
from levee.platform.database.roles import DbRole

OF_THIS_RUN = "id in (select subject from platform_run where id = (select levee_actor()) and kind = 'notify.deliver')"

FORGET = """
create function levee_forget_letters(whom uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    if not levee_may_forget(whom) then return; end if;
    delete from notify_letter l where lower(l.address) in (select a.address from levee_addresses_of(whom) a);
end $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("address", models.TextField()),
                ("locator", models.TextField()),
                ("code", models.TextField(default="")),
                ("queued_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "notify_letter",
                "indexes": [models.Index(fields=["-queued_at"], name="notify_newest")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "notify_letter",
            see="((select levee_kind()) = 'clearinghouse' and (select levee_has(array['admin'])) "
            f"and (select levee_is(array['person']))) or {OF_THIS_RUN}",
            add="(select levee_actor()) is not null",
            change=OF_THIS_RUN,
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select, insert, update"},
        ),
        run(FORGET),
        run("revoke execute on function levee_forget_letters from public"),
        run(f"grant execute on function levee_forget_letters to {DbRole.WEB}"),
    ]
