"""What operators' processes need of who is who; which party was let in to which subject is no business of theirs."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, OPERATORS, run, share

ABOUT_THE_ACTOR = (
    "levee_party",
    "levee_organisation",
    "levee_is",
    "levee_has",
    "levee_kind",
    "levee_standing",
    "levee_clearinghouse",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("platform", "0002_sides")]

    operations = [
        *(run(f"grant execute on function {name} to {', '.join(OPERATORS)}") for name in ABOUT_THE_ACTOR),
        *share("access_party", grants={OPERATOR_PAGES: "select, update", OPERATOR_JOBS: "select"}),
        *share("access_principal", grants={OPERATOR_PAGES: "select, insert, update", OPERATOR_JOBS: "select"}),
    ]
