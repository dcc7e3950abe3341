"""Who is asking is known to PostgreSQL as long as an act lasts, and not a moment longer."""

from __future__ import annotations

from contextlib import suppress
from uuid import uuid4

import pytest
from django.db import connection

from levee.platform.database.acting import acting, as_principal


def asking():
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('levee.actor', true), current_setting('levee.stands_in_for', true)")
        return tuple(each or "" for each in cursor.fetchone())


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("around", ["world", "real_world"])  # inside of a test's transaction, and without one
def test_nothing_of_an_act_is_left_behind(request, around, fails):
    actor = request.getfixturevalue(around).coordinator()
    before = asking()
    with suppress(ZeroDivisionError), acting(actor):
        assert asking() == (str(actor.id), "")
        assert not fails or 1 / 0
    assert asking() == before
    key = uuid4()
    with suppress(ZeroDivisionError), as_principal(key):
        assert asking() == (str(key), "")
        assert not fails or 1 / 0
    assert asking() == before
