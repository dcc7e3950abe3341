"""Who is forgotten where operators sign in is forgotten here too; the function tells nothing."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATOR_PAGES, run


class Migration(migrations.Migration):
    dependencies = [("fixes", "0001_initial"), ("access", "0002_operators")]

    operations = [run(f"grant execute on function levee_forget_in_fixes to {OPERATOR_PAGES}")]
