"""Who is exposed to what belongs to the operators' side."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import MEMBERS, OPERATOR_JOBS, OPERATOR_PAGES, OPERATORS, hand_over, run


class Migration(migrations.Migration):
    dependencies = [("exposure", "0004_policies_exceptions_forensics"), ("inventory", "0005_sides")]

    operations = [
        *hand_over("exposure_known", grants={OPERATOR_PAGES: "select", OPERATOR_JOBS: "select, insert, update"}),
        *hand_over("exposure_known_package", grants={OPERATOR_PAGES: "select", OPERATOR_JOBS: "select, insert"}),
        *hand_over("exposure_match", grants={OPERATOR_PAGES: "select", OPERATOR_JOBS: "select, insert, update"}),
        *hand_over(
            "exposure_action",
            grants={OPERATOR_PAGES: "select, update (state, state_at)", OPERATOR_JOBS: "select, insert, update"},
        ),
        *hand_over("exposure_step", grants={OPERATOR_PAGES: "select, insert", OPERATOR_JOBS: "select, insert"}),
        run(f"revoke execute on function levee_acts_for_the_house from {', '.join(MEMBERS)}"),
        run(f"grant execute on function levee_acts_for_the_house to {', '.join(OPERATORS)}"),
    ]
