"""Operators sign in and run their organisation where their pages are."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATOR_JOBS, OPERATOR_PAGES, run, share

SIGNING_IN = (
    "levee_token",
    "levee_use_link",
    "levee_principals_of",
    "levee_bind_user",
    "levee_cut_off",
    "levee_forget",
)


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("access", "0002_operators")]

    operations = [
        *(run(f"grant execute on function {name} to {OPERATOR_PAGES}") for name in SIGNING_IN),
        *share("identity_organisation", grants={OPERATOR_PAGES: "select, update", OPERATOR_JOBS: "select"}),
        *share("identity_member", grants={OPERATOR_PAGES: "select, insert, update", OPERATOR_JOBS: "select"}),
        *share("identity_token", grants={OPERATOR_PAGES: "select, insert, update"}),
        *share("identity_link", grants={OPERATOR_PAGES: "insert"}),
        *share("identity_terms_answer", grants={OPERATOR_PAGES: "select, insert"}),
    ]
