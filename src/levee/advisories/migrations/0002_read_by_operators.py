"""The operators' jobs read what was published, and nothing that was not."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATOR_JOBS, run


class Migration(migrations.Migration):
    dependencies = [("advisories", "0001_initial")]

    operations = [run(f"grant select on published.{table} to {OPERATOR_JOBS}") for table in ("advisory", "signing_key")]
