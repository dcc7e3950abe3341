"""Who was let in to a subject is looked up by both, and the conditions on rows ask it of each row.

Houses that were founded before have conditions that read all grants of the reader's party for every query; they are
written anew. A house that is founded now has none of these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import migrations, models

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

ALL_GRANTS = re.compile(
    r"(?P<column>[\w.\"]+) IN \( SELECT access_grant\.subject\s+FROM access_grant\s+WHERE "
    r"(?P<where>\(\(access_grant\.party = \( SELECT levee_party\(\) AS levee_party\)\) "
    r"AND \(access_grant\.until IS NULL\) "
    r"AND \(access_grant\.capacity = (?:'\w+'::text|ANY \(ARRAY\[[^\]]*\]\))\)\))\)"
)
"""As the server writes out a condition that was made before."""


def asked_of_each_row(table: str, condition: str) -> str:
    """The same condition, that looks up the grants on a row's subject."""

    def lookup(found: re.Match[str]) -> str:
        column = found["column"] if "." in found["column"] else f"{table}.{found['column']}"
        return f"EXISTS (SELECT FROM access_grant WHERE access_grant.subject = {column} AND {found['where']} OFFSET 0)"

    return ALL_GRANTS.sub(lookup, condition)


def rewrite(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Alter every policy that was made before."""
    with editor.connection.cursor() as cursor:
        cursor.execute("select tablename, policyname, qual, with_check from pg_policies where schemaname = 'public'")
        for table, policy, *conditions in cursor.fetchall():
            new = [asked_of_each_row(table, each or "") for each in conditions]
            if new == [each or "" for each in conditions]:
                continue
            parts = (f"{verb} ({each})" for verb, each in zip(("using", "with check"), new, strict=True) if each)
            cursor.execute(f"alter policy {policy} on {table} {' '.join(parts)}")


class Migration(migrations.Migration):
    dependencies = [("access", "0003_consents")]

    operations = [
        migrations.RemoveIndex(model_name="grant", name="access_grant_by_party"),
        migrations.RemoveIndex(model_name="grant", name="access_grant_by_subject"),
        *(
            migrations.AddIndex(model_name="grant", index=models.Index(fields=fields, name=name))
            for fields, name in (
                (["party", "until", "capacity", "subject"], "access_grant_by_party"),
                (["subject", "party", "until", "capacity"], "access_grant_by_subject"),
            )
        ),
        migrations.RunPython(rewrite, migrations.RunPython.noop),
    ]
