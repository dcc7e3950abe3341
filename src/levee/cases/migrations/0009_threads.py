"""Threads are rows of their own; who is in one is told by grants alone, to whoever is in it."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, own, protect, run
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
ABOUT = '"case"'
AMONG = ", ".join(f"'{each}'" for each in PARTIES)
OWNERS = f"{granted(ABOUT, 'owner')} and {granted('id', 'owner')}"
WITH_THE_OWNER = f"audience = 'party' and {granted(ABOUT, 'finder', 'vendor')} and {granted('id', 'finder', 'vendor')}"
BEFORE = """
insert into cases_thread (id, "case", audience, subject, product, party, at)
select s.thread, c.id, s.audience, '', '', c.house, c.opened_at from cases_case c
    cross join lateral (values (c.everyone, 'everyone'), (c.internal, 'internal')) as s (thread, audience)
"""
NUMBERS = """
update cases_message g set number = s.number from (
    select id, row_number() over (partition by thread order by at, id) as number from cases_message) s
where s.id = g.id
"""
READERS = f"""
create function levee_thread_parties(about uuid) returns table (thread uuid, party uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select g.subject, g.party from cases_thread t join access_grant g on g.subject = t.id
    where t."case" = about and g.until is null and g.capacity in ({AMONG}) and t.id in (
        select o.subject from access_grant o
        where o.party = (select levee_party()) and o.until is null and o.capacity in ({AMONG}))
$$
"""  # noqa: S608 - constants of this file


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_clocks")]

    operations = [
        migrations.CreateModel(
            name="Thread",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("audience", models.TextField()),
                ("subject", models.TextField(default="")),
                ("product", models.TextField(default="")),
                ("party", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_thread",
                "indexes": [models.Index(fields=["case", "at"], name="cases_thread_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.AddField("message", "number", models.IntegerField(default=0)),
        run(BEFORE),
        run(NUMBERS),
        migrations.RemoveIndex("message", "cases_message_in_order"),
        migrations.AddConstraint(
            "message", models.UniqueConstraint(fields=("thread", "number"), name="cases_message_in_order")
        ),
        migrations.AlterField("message", "number", models.IntegerField()),
        run(READERS),
        run("revoke execute on function levee_thread_parties from public"),
        run(f"grant execute on function levee_thread_parties to {DbRole.WEB}"),
        *protect(
            "cases_thread",
            see=granted("id", *PARTIES),
            add=f"{own('party')} and (select levee_is(array['person', 'agent'])) and ({OWNERS} or {WITH_THE_OWNER})",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
    ]
