"""Letters that maintainers answer with, what became of each, and the word on a message that came by mail."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect, run
from levee.platform.database.roles import DbRole

END = "coalesce(c.embargo_ended_at, c.embargo_end)"
STANDS = f"t.ended_at is null and ({END} > at or t.since >= {END})"
# Whoever knows the random key of a letter may have what was written to it delivered; for runs alone.
WHOSE = f"""
create function levee_mail_contact(letter uuid, at timestamptz)
returns table (id uuid, "case" uuid, house uuid, participant uuid, principal uuid, name text, address text,
    stands boolean, takes_part boolean, has_left boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.id, t."case", c.house, t.participant, t.principal, p.name, t.address, {STANDS},
        exists (select from access_grant g where g.subject = t."case" and g.party = p.party and g.until is null),
        exists (select from access_grant g where g.subject = t."case" and g.party = p.party and g.until is not null)
            and not exists (
                select from access_grant g where g.subject = t."case" and g.party = p.party and g.until is null)
    from notify_letter l join cases_contact t on t.id = l.answers_to
    join cases_case c on c.id = t."case" join cases_participant p on p.id = t.participant
    where l.id = letter and levee_is(array['service'])
$$
"""  # noqa: S608 - constants of this file
OWNER = granted('"case"', "owner")


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_corrections"), ("notify", "0003_answers")]

    operations = [
        migrations.AddField("message", "by_mail", models.TextField(default="")),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("participant", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("outcome", models.TextField()),
                ("why", models.TextField(default="")),
                ("label", models.TextField(default="")),
                ("digest", models.TextField(default="")),
                ("message", models.UUIDField(null=True)),
                ("text", models.TextField(default="")),
            ],
            options={
                "db_table": "cases_arrival",
                "indexes": [models.Index(fields=["case", "at"], name="cases_arrival_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_arrival",
            see=OWNER,
            add=f"{OWNER} and (select levee_is(array['service']))",
            grants={DbRole.WEB: "select", DbRole.WORKER: "select, insert"},
        ),
        run(f"grant insert on cases_message to {DbRole.WORKER}"),
        run(WHOSE),
        run("revoke execute on function levee_mail_contact from public"),
        run(f"grant execute on function levee_mail_contact to {DbRole.WORKER}"),
    ]
