"""Whoever follows the changes of its cases hears of their fixes."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import noted

ADDED = """select "case", "case", 'fix', provider, attached_at from rows"""
CHECKED = """select "case", "case", 'fix', levee_party(), coalesce(checked_at, attached_at) from rows"""


class Migration(migrations.Migration):
    dependencies = [("fixes", "0002_forgotten_anywhere"), ("cases", "0019_changes")]

    operations = [
        noted("fixes_fix", "insert", "levee_case_changed", ADDED),
        noted("fixes_fix", "update", "levee_case_changed", CHECKED),
    ]
