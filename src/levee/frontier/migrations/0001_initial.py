"""Agreements between developers and evaluators: each seen by its two sides and nobody else, and never undone."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import own, protect, run
from levee.platform.database.roles import DbRole

NO_RUN = "(select levee_is(array['person', 'agent']))"
PERSON = "(select levee_is(array['person']))"
COORDINATES = "(select levee_has(array['coordinator']))"
JOINED = "(select levee_standing()) = 'joined'"
EITHER = f"({own('developer')} or {own('evaluator')}) and {NO_RUN}"
AGREES = f"{EITHER} and {PERSON} and {COORDINATES} and {JOINED}"
OWN = f"{own('developer')} and {NO_RUN}"
ASKS = f"{OWN} and {PERSON} and {COORDINATES} and {JOINED}"
ANSWERS = f"{own('asked_of')} and (select levee_kind()) = 'clearinghouse' and {PERSON} and {COORDINATES}"
CHANGES = (
    'digest, envelope, client, agreement, "grant", evaluation, determination, deletion, ends, grant_ends, tokens, '
    "calls, spent, spent_at, plan, runs, bundle, certificate, number"
)
# What was withdrawn stays so, and an access that ended is not given again, whatever a page or a command asks for.
KEEP = """
create function levee_frontier_stays_back() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    if old.agreement = 'withdrawn' and new.agreement <> 'withdrawn'
        or old."grant" = 'ended' and new."grant" <> 'ended'
        or new.agreement = 'withdrawn' and (new."grant" = 'given' or new.evaluation in ('planned', 'running')) then
        raise exception 'what was taken back stays so' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("developer", models.UUIDField()),
                ("evaluator", models.UUIDField()),
                ("digest", models.TextField()),
                ("envelope", models.BinaryField()),
                ("model", models.TextField()),
                ("client", models.TextField()),
                ("agreement", models.TextField()),
                ("grant", models.TextField(default="none")),
                ("evaluation", models.TextField(default="none")),
                ("determination", models.TextField(default="none")),
                ("deletion", models.TextField(default="none")),
                ("at", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("grant_ends", models.DateTimeField(null=True)),
                ("tokens", models.BigIntegerField(default=0)),
                ("calls", models.IntegerField(default=0)),
                ("spent", models.BigIntegerField(default=0)),
                ("spent_at", models.DateTimeField(null=True)),
                ("plan", models.TextField(default="")),
                ("runs", models.IntegerField(default=0)),
                ("bundle", models.TextField(default="")),
                ("certificate", models.BinaryField(default=b"")),
                ("number", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "frontier_agreement",
                "indexes": [
                    models.Index(fields=["developer", "at"], name="frontier_of_developer"),
                    models.Index(fields=["evaluator", "at"], name="frontier_of_evaluator"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Enquiry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("developer", models.UUIDField()),
                ("asked_of", models.UUIDField()),
                ("model", models.TextField()),
                ("question", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("answer", models.TextField(default="")),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "frontier_enquiry",
                "indexes": [
                    models.Index(fields=["developer", "model", "asked_at"], name="frontier_enquiries"),
                    models.Index(fields=["asked_of", "asked_at"], name="frontier_asked_of"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Partner",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("of", models.UUIDField()),
                ("developer", models.UUIDField()),
                ("evaluator", models.UUIDField()),
                ("name", models.TextField()),
                ("criteria", models.TextField()),
                ("conflicts", models.TextField(default="")),
                ("state", models.TextField()),
                ("because", models.TextField(default="")),
                ("at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "frontier_partner",
                "indexes": [models.Index(fields=["of", "at"], name="frontier_partners")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("developer", models.UUIDField()),
                ("model", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "frontier_release",
                "constraints": [models.UniqueConstraint(fields=["developer", "model"], name="frontier_released_once")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "frontier_agreement",
            see=EITHER,
            add=AGREES,
            change=EITHER,
            grants={DbRole.WEB: f"select, insert, update ({CHANGES})"},
        ),
        run(KEEP),
        run("revoke execute on function levee_frontier_stays_back from public"),
        run(
            "create trigger frontier_stays_back before update on frontier_agreement "
            "for each row execute function levee_frontier_stays_back()"
        ),
        *protect(
            "frontier_enquiry",
            see=f"({own('developer')} or {own('asked_of')}) and {NO_RUN}",
            add=ASKS,
            change=ANSWERS,
            grants={DbRole.WEB: "select, insert, update (answer, answered_at)"},
        ),
        *protect(
            "frontier_partner",
            see=EITHER,
            add=AGREES,
            change=AGREES,
            grants={DbRole.WEB: "select, insert, update (state, because, conflicts, decided_at)"},
        ),
        *protect("frontier_release", see=OWN, add=ASKS, grants={DbRole.WEB: "select, insert"}),
    ]
