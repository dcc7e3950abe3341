"""Forensic cases are told of as actions are."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import OPERATOR_PAGES, run

FEED = """
create function levee_feed(secret bytea, most integer)
returns table (organisation uuid, id uuid, at timestamptz, kind text, action uuid, forensic uuid, title text,
    reason text, band text, due_at timestamptz, urgent boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.organisation, a.id, a.at, a.kind, a.action, a.forensic, a.title, a.reason, a.band, a.due_at, a.urgent
    from alerts_feed_token t left join lateral (
        select * from alerts_alert n where n.organisation = t.organisation order by n.at desc, n.id limit most
    ) a on true
    where t.digest = secret and t.revoked_at is null
$$
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]

    operations = [
        migrations.AlterField(model_name="alert", name="action", field=models.UUIDField(null=True)),
        migrations.AddField(model_name="alert", name="forensic", field=models.UUIDField(null=True)),
        run("drop function levee_feed(bytea, integer)"),
        run(FEED),
        run("revoke execute on function levee_feed(bytea, integer) from public"),
        run(f"grant execute on function levee_feed(bytea, integer) to {OPERATOR_PAGES}"),
    ]
