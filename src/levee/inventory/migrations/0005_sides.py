"""Inventories belong to the operators' side."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, hand_over


class Migration(migrations.Migration):
    dependencies = [("inventory", "0004_findings"), ("access", "0002_operators")]

    operations = [
        *hand_over("inventory_inventory", grants={OPERATOR_PAGES: "select, insert, update", OPERATOR_JOBS: "select"}),
        *hand_over("inventory_import", grants={OPERATOR_PAGES: "select, insert", OPERATOR_JOBS: "select"}),
        *hand_over("inventory_asset", grants={OPERATOR_PAGES: "select, insert, update", OPERATOR_JOBS: "select"}),
        *hand_over(
            "inventory_component",
            grants={OPERATOR_PAGES: "select, insert, update (gone_at)", OPERATOR_JOBS: "select"},
        ),
    ]
