"""Operators' processes write into organisations' logs, and into no case's."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATORS, run

TO = ", ".join(OPERATORS)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("access", "0002_operators")]

    operations = [
        run(f"grant insert on ledger_pending to {TO}"),
        run(
            f"create policy ledger_pending_add_operators on ledger_pending for insert to {TO} "
            "with check (actor = (select levee_actor()) and log_kind = 'organisation')"
        ),
    ]
