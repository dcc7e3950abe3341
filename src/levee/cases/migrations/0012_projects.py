"""Who makes and ships what, how projects take reports, and the policy that a case was opened under."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, own, protect, run
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
BY_SOMEBODY = "(select levee_is(array['person']))"
OF_THE_HOUSE = "(select levee_party()) = (select levee_clearinghouse())"
COORDINATOR = f"{OF_THE_HOUSE} and {BY_SOMEBODY} and (select levee_has(array['coordinator']))"
MAKES = (
    "project in (select u.component from cases_upkeep u where u.organisation = (select levee_party()) "
    "and u.keeps = 'makes' and u.ended_at is null and u.said_by = (select levee_clearinghouse()))"
)
OF_A_CASE = f"id in (select c.policy from cases_case c where {granted('c.id', *PARTIES)})"  # noqa: S608 - constants
# The projects of the cases there are, as `levee.cases.projects.naming` names them.
BEFORE = """
update cases_case c set project = case s.kind
    when 'npm' then 'pkg:npm/' || replace(s.name, '@', '%40')
    when 'pypi' then 'pkg:pypi/' || lower(regexp_replace(s.name, '[-_.]+', '-', 'g'))
    else 'pkg:generic/' || s.name end
from (
    select k.id, split_part(k.target, ':', 1) as kind,
        regexp_replace(substr(k.target, strpos(k.target, ':') + 1), '(.)@.*$', '\\1') as name
    from clustering_cluster k
) s where s.id = c.cluster
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_arrivals"), ("clustering", "0001_initial")]

    operations = [
        *(
            migrations.AddField("case", name, kind)
            for name, kind in (
                ("project", models.TextField(default="")),
                ("ai_found", models.BooleanField(default=False)),
                ("policy", models.UUIDField(null=True)),
                ("policy_because", models.TextField(default="")),
            )
        ),
        run(BEFORE),
        migrations.CreateModel(
            name="Upkeep",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("component", models.TextField()),
                ("keeps", models.TextField()),
                ("said_by", models.UUIDField()),
                ("because", models.TextField()),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "cases_upkeep",
                "indexes": [
                    models.Index(fields=["component"], name="cases_upkeep_of"),
                    models.Index(fields=["organisation"], name="cases_upkeep_by"),
                ],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="ProjectPolicy",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("project", models.TextField()),
                ("version", models.IntegerField()),
                ("ai_found", models.TextField()),
                ("embargo", models.TextField()),
                ("longest_days", models.IntegerField(null=True)),
                ("ai_patch", models.TextField()),
                ("per_week", models.IntegerField(null=True)),
                ("takes", models.TextField()),
                ("source", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_project_policy",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "project", "version"), name="cases_project_policy_once"
                    )
                ],
                "indexes": [models.Index(fields=["project"], name="cases_project_policy_of")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        *protect(
            "cases_upkeep",
            see=f"{own('organisation')} or {OF_THE_HOUSE}",
            add=f"{own('said_by')} and ({own('organisation')} and {BY_SOMEBODY} or {COORDINATOR})",
            change=f"{own('said_by')} and ({own('organisation')} and {BY_SOMEBODY} or {COORDINATOR})",
            grants={DbRole.WEB: "select, insert, update (ended_at)", DbRole.WORKER: "select"},
        ),
        *protect(
            "cases_project_policy",
            see=f"{own('organisation')} or {OF_THE_HOUSE} or {OF_A_CASE}",
            add=f"{own('organisation')} and {BY_SOMEBODY} and ({MAKES} or {COORDINATOR})",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
    ]
