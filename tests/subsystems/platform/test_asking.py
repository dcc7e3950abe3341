"""A statement that is planned once for a connection answers each asker by its own rights, also after an error."""

from __future__ import annotations

from contextlib import suppress
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from levee.exposure.models import Step
from levee.platform.database.acting import acting
from levee.platform.database.adding import add
from levee.platform.database.asking import FEW, ask, together
from subsystems.platform.test_rows import step
from support.database import as_role

MINE = "select count(*) from identity_organisation where id = %s"


def prepared(like):
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements where statement like %s", [f"%{like}%"])
        return cursor.fetchone()[0]


def test_what_is_asked_again_is_planned_once_and_django_s_statements_are_not_kept(world):
    for number in range(3):
        assert ask("select %s::integer as asked_again", [number]) == [(number,)]
        with connection.cursor() as cursor:
            cursor.execute("select %s as asked_by_django", [number])
    assert (prepared("asked_again"), prepared("asked_by_django")) == (1, 0)
    assert connection.connection.prepare_threshold is None


def test_a_question_about_a_long_list_is_planned_for_that_list(world):
    for count, kept in ((FEW, 1), (FEW + 1, 0)):
        statement = f"select count(*) from unnest(%s::text[]) as of_{count}"
        assert ask(statement, [["name"] * count]) == [(count,)]
        assert prepared(f"unnest%of_{count}") == kept


@pytest.mark.parametrize("around", ["world", "real_world"])
def test_a_planned_statement_sees_what_the_actor_of_the_moment_may_see(request, around):
    world = request.getfixturevalue(around)
    one, other = world.finder("One"), world.finder("Two")
    for actor, seen in ((one, True), (other, False), (one, True)):
        with acting(actor):
            assert ask(MINE, [one.party]) == [(int(seen),)]
    assert ask(MINE, [one.party]) == [(0,)]


def test_it_is_asked_again_after_an_act_was_rolled_back(real_world):
    for number in range(2):
        with suppress(ZeroDivisionError), transaction.atomic():
            assert ask("select %s::integer", [number]) == [(number,)]
            raise ZeroDivisionError
    assert ask("select %s::integer", [2]) == [(2,)]


def test_an_error_is_django_s_and_leaves_the_connection_as_it_was(world):
    with pytest.raises(DatabaseError), transaction.atomic():
        ask("select no_such_column", [])
    assert connection.connection.prepare_threshold is None
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            ask("select %s::integer", [1])
    assert ask("select %s::integer", [1]) == [(1,)]


def test_what_is_sent_together_is_all_there_or_not_at_all(world):
    one, other = step(uuid4()), step(uuid4())
    with as_role(world.owner_role):
        with together():
            add([one])
            assert Step.unscoped.filter(id=one.id).exists()
            add([other])
        assert Step.unscoped.filter(id__in=[one.id, other.id]).count() == 2
        third = step(uuid4())
        with pytest.raises(IntegrityError):
            all_together([third], [one])
        assert not Step.unscoped.filter(id=third.id).exists()


def all_together(*groups):
    with transaction.atomic(), together():
        for rows in groups:
            add(rows)
