"""Webhooks of organisations that take part in cases, and the calls that are made to them."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import own, protect, run
from levee.platform.database.roles import DbRole

OWN = own("organisation")
BY_PERSON = f"{OWN} and (select levee_is(array['person']))"
BY_A_RUN = f"{OWN} and (select levee_is(array['service']))"
# Whom there is something to call for: a change that its organisation may see and was not called for yet, or a call that
# is due. Each is given out once in two minutes, for one run to work on; those without news go on to the newest change.
# It tells keys alone, to runs of the clearinghouse.
DUE = """
create function levee_webhooks_due(at timestamptz) returns table (id uuid, organisation uuid)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare newest timestamptz;
begin
    if not levee_is(array['service'])
        or not exists (select from access_party p where p.id = levee_party() and p.kind = 'clearinghouse')
        or not exists (select from cases_hook h) then
        return;
    end if;
    perform levee_order_case_changes();
    select max(n.told_at) into newest from cases_change n;
    update cases_hook h set after = newest where h.after < newest and h.ended_at is null and not exists (
        select from cases_change n join access_grant g on g.subject = n.subject
        where n.told_at > h.after and g.party = h.organisation and g.until is null
            and (n.what <> 'clock' or n.by = h.organisation));
    return query update cases_hook h set look_at = at + interval '2 minutes'
        where (h.look_at is null or h.look_at <= at) and (
            (h.ended_at is null and not h.paused and h.after < newest)
            or exists (select from cases_call c where c.hook = h.id and c.state = 'waiting' and c.not_before <= at))
        returning h.id, h.organisation;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0021_codes_in_every_case")]

    operations = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("url", models.TextField()),
                ("generation", models.UUIDField()),
                ("after", models.DateTimeField()),
                ("look_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("paused", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "cases_hook",
                "indexes": [models.Index(fields=["organisation"], name="cases_hook_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("hook", models.UUIDField()),
                ("url", models.TextField()),
                ("change", models.UUIDField(null=True)),
                ("case", models.UUIDField(null=True)),
                ("what", models.TextField(default="")),
                ("state", models.TextField()),
                ("queued_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("attempts", models.IntegerField(default=0)),
                ("answer", models.TextField(default="")),
            ],
            options={
                "db_table": "cases_call",
                "constraints": [models.UniqueConstraint(fields=("hook", "change"), name="cases_call_once")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["hook", "not_before"], name="cases_call_due"
                    ),
                    models.Index(fields=["organisation", "-queued_at"], name="cases_call_newest"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_hook",
            see=OWN,
            add=BY_PERSON,
            change=f"({BY_PERSON}) or ({BY_A_RUN})",
            grants={
                DbRole.WEB: "select, insert, update (generation, after, look_at, ended_at, failed_at, paused)",
                DbRole.WORKER: "select, update (after, look_at, failed_at, paused)",
            },
        ),
        *protect(
            "cases_call",
            see=OWN,
            add=f"({BY_A_RUN} and change is not null) or ({BY_PERSON} and change is null)",
            change=BY_A_RUN,
            grants={
                DbRole.WEB: "select, insert",
                DbRole.WORKER: "select, insert, update (state, not_before, ended_at, attempts, answer)",
            },
        ),
        run(DUE),
        run("revoke execute on function levee_webhooks_due from public"),
        run(f"grant execute on function levee_webhooks_due to {DbRole.WORKER}"),
    ]
