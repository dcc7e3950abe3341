"""Bringing the schema up to date, as the owner: migrations, then the grants on other libraries' tables."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection

from levee.platform.database.roles import DbRole

SIGNING_IN = (
    "identity_user",
    "identity_user_groups",
    "identity_user_user_permissions",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_session",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
)
PAGES = (DbRole.WEB, DbRole.OPERATOR)
QUEUE = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")


def migrate(*, verbosity: int = 0) -> None:
    """Migrate forward and grant; safe to run again."""
    call_command("migrate", verbosity=verbosity, interactive=False)
    with connection.cursor() as cursor:
        for table in SIGNING_IN:
            cursor.execute(f"grant select, insert, update, delete on {table} to {DbRole.WEB}, {DbRole.OPERATOR}")
        for table in QUEUE:
            cursor.execute(f"grant select, insert, update, delete on {table} to {DbRole.WORKER}, {DbRole.MATCHER}")
        cursor.execute("select sequence_name from information_schema.sequences where sequence_schema = 'public'")
        for (sequence,) in cursor.fetchall():
            roles = (DbRole.WORKER, DbRole.MATCHER) if sequence.startswith("procrastinate") else PAGES
            cursor.execute(f"grant usage on sequence {sequence} to {', '.join(roles)}")
