"""Reading a few rows looks up a few grants, however many a party has; houses of before are brought to that."""

from __future__ import annotations

import importlib
from uuid import uuid4

import pytest
from django.db import connection

from levee.access.models import Grant
from levee.cases.models import Case
from levee.platform.database.acting import acting
from levee.platform.database.rls import granted
from support.database import as_role

MANY = 3_000
lookups = importlib.import_module("levee.access.migrations.0004_lookups")

BEFORE = (
    "{column} in (select subject from access_grant where party = (select levee_party()) "
    "and until is null and capacity in ({among}))"
)
"""How a condition was written before."""


@pytest.fixture
def coordinator(world):
    """Somebody of a house that was let in to very much."""
    found = world.coordinator()
    with as_role(world.owner_role):
        Grant.unscoped.bulk_create(
            Grant(id=uuid4(), party=found.party, subject=uuid4(), capacity="owner", since=world.clock.now())
            for _ in range(MANY)
        )
    return found


def let_in(world, actor, case, capacity="owner", until=None):
    now = world.clock.now()
    keys = {name: uuid4() for name in ("cluster", "everyone", "internal")}
    Case.unscoped.create(id=case, house=actor.party, title="", summary="", opened_at=now, embargo_end=now, **keys)
    Grant.unscoped.create(id=uuid4(), party=actor.party, subject=case, capacity=capacity, since=now, until=until)


def grants_read(actor, case) -> int:
    """How many grants reading one case comes by."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute("explain (analyze, format json) select * from cases_case where id = %s", [case])
        plan = cursor.fetchone()[0][0]["Plan"]
    assert plan["Actual Rows"] == 1
    return _of_grants(plan)


def _of_grants(plan) -> int:
    own = plan["Actual Rows"] * plan["Actual Loops"] if plan.get("Relation Name") == "access_grant" else 0
    return own + sum(_of_grants(each) for each in plan.get("Plans", ()))


def test_one_case_is_read_by_its_own_grants_alone(world, coordinator):
    case = uuid4()
    with as_role(world.owner_role):
        let_in(world, coordinator, case)
    assert 0 < grants_read(coordinator, case) < 10


@pytest.mark.parametrize("column", ["id", "cases_case.id"])
@pytest.mark.parametrize("capacities", [("owner",), ("owner", "finder")])
def test_a_condition_of_before_becomes_one_that_looks_up_and_lets_the_same_through(
    world, coordinator, column, capacities
):
    among = ", ".join(f"'{each}'" for each in capacities)
    keys = [uuid4() for _ in range(4)]
    with as_role(world.owner_role):
        for key, capacity, until in zip(
            keys, ("owner", "finder", "owner", "vendor"), (None, None, world.clock.now(), None), strict=True
        ):
            let_in(world, coordinator, key, capacity, until)
        with connection.cursor() as cursor:
            cursor.execute(
                f"alter policy cases_case_see on cases_case using ({BEFORE.format(column=column, among=among)})"
            )
    before = seen(coordinator)
    assert grants_read(coordinator, keys[0]) > MANY
    assert before == {key for key, name in zip(keys, ("owner", "finder"), strict=False) if name in capacities}
    with as_role(world.owner_role):
        with connection.schema_editor() as editor:
            lookups.rewrite(None, editor)
        with connection.cursor() as cursor:
            cursor.execute("select qual from pg_policies where policyname = 'cases_case_see'")
            assert "IN ( SELECT access_grant" not in cursor.fetchone()[0]
    assert seen(coordinator) == before
    assert 0 < grants_read(coordinator, keys[0]) < 10


def seen(actor):
    with acting(actor):
        return set(Case.unscoped.values_list("id", flat=True))


def test_a_condition_names_a_column_of_the_row_though_grants_have_one_of_that_name():
    assert " = id and " in granted("id", "owner")
