from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from levee.identity import services as identity
from levee.platform.database.roles import PUBLISHED
from levee.policy.token_scopes import TOKEN_SCOPES
from support.database import as_role
from support.sites import SiteClient


@pytest.fixture
def client(world):
    """A coordinator's script, whose token covers everything."""
    coordinator = world.coordinator()
    issued = identity.issue_token(coordinator, name="t", scopes=tuple(TOKEN_SCOPES), lasts=timedelta(days=1))
    return SiteClient(raise_request_exception=False, headers={"Authorization": f"Bearer {issued.secret}"})


@pytest.fixture
def kept(world, tmp_path):
    """Counts the rows of every table, and the stored objects."""

    def count():
        with as_role(world.owner_role), connection.cursor() as cursor:
            cursor.execute(
                "select schemaname || '.' || tablename from pg_tables where schemaname = any(%s) order by 1",
                [["public", PUBLISHED]],
            )
            names = [name for (name,) in cursor.fetchall()]
            cursor.execute(" union all ".join(f"select '{name}', count(*) from {name}" for name in names))
            return dict(cursor.fetchall()) | {"objects": sum(1 for _ in (tmp_path / "blobs").rglob("*"))}

    return count
