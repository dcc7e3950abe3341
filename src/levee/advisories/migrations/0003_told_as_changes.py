"""Whoever follows the changes of its cases hears of their advisories."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import noted

DECIDED = """select "case", "case", 'advisory', levee_party(), decided_at from rows"""
PUBLISHED = """select "case", "case", 'advisory', levee_party(), coalesce(published_at, decided_at) from rows"""


class Migration(migrations.Migration):
    dependencies = [("advisories", "0002_read_by_operators"), ("cases", "0019_changes")]

    operations = [
        noted("advisories_advisory", "insert", "levee_case_changed", DECIDED),
        noted("advisories_advisory", "update", "levee_case_changed", PUBLISHED),
    ]
