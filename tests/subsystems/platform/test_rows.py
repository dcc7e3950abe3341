"""Rows that are added and changed by statements made once are those that Django's own statements would have left."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from hypothesis import given
from hypothesis import strategies as st

from levee.exposure.models import Step
from levee.inventory.models import Finding
from levee.platform.database.adding import add
from levee.platform.database.rewriting import rewrite
from support.database import as_role

NOW = datetime(2026, 11, 29, 8, 30, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.sampled_from(
    ["'; --", "%s", "\\"]
)


def step(organisation, note="", **varying):
    given = {"id": uuid4(), "organisation": organisation, "action": uuid4(), "principal": uuid4()}
    return Step(**given, at=NOW, verb="raise", note=note, **varying)


def finding(organisation, text, listed):
    told = {field.name: text for field in Finding._meta.concrete_fields if field.get_internal_type() == "TextField"}
    keys = {name: uuid4() for name in ("id", "inventory", "asset")}
    return Finding(
        **told,
        **keys,
        organisation=organisation,
        identity=b"\x00\\'",
        vulnerabilities=listed,
        since=NOW,
        evidence_at=NOW,
    )


@given(words, st.lists(words, max_size=3), st.none() | st.dictionaries(words, words, max_size=2))
def test_what_is_added_is_read_back_as_it_was(world, text, listed, kept):
    ours, others = uuid4(), uuid4()
    rows = [step(ours, text, timeline=kept), step(ours), finding(ours, text, listed), step(others, text)]
    with as_role(world.owner_role):
        add(rows)
        for model in (Step, Finding):
            mine = [row for row in rows if isinstance(row, model) and row.organisation == ours]
            assert {row.id: said(row) for row in mine} == {
                key: said(row) for key, row in on_record(model, mine).items()
            }


@given(words, st.lists(words, max_size=3), st.integers(1, 30))
def test_what_is_changed_is_read_back_as_it_is_now_and_nothing_else_is_changed(world, text, listed, count):
    rows = [finding(uuid4(), "before", ["CVE-1"]) for _ in range(count)]
    kept = finding(uuid4(), "before", ["CVE-1"])
    steps = [step(uuid4(), "before", timeline={"row": 1}) for _ in range(count)]
    with as_role(world.owner_role):
        add([*rows, kept, *steps])
        for row, each in zip(rows, steps, strict=True):
            row.title, row.vulnerabilities, row.gone_at = text, listed, NOW
            each.note, each.timeline = text, None
        rewrite(rows, ["title", "vulnerabilities", "gone_at"])
        rewrite(steps, ["note", "timeline"])
        for mine in ([*rows, kept], steps):
            found = on_record(type(mine[0]), mine)
            assert {row.id: said(row) for row in mine} == {key: said(row) for key, row in found.items()}


def on_record(model, rows):
    return model.unscoped.in_bulk([row.id for row in rows])


def said(row):
    return {
        name: bytes(value) if isinstance(value, memoryview) else value for name, value in model_to_dict(row).items()
    }


def test_nothing_is_added_by_no_rows_and_nobody_is_asked(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        add([])


def test_a_row_that_is_there_is_an_error_unless_it_is_to_be_passed_over(world):
    one, other = step(uuid4()), step(uuid4())
    with as_role(world.owner_role):
        add([one])
        with pytest.raises(IntegrityError), transaction.atomic():
            add([one, other])
        add([one, other], unless_there=True)
        assert Step.unscoped.filter(id__in=[one.id, other.id]).count() == 2


def test_many_rows_are_added_as_well_as_few(world):
    organisation = uuid4()
    rows = [step(organisation, str(number)) for number in range(1200)]
    with as_role(world.owner_role):
        add([*rows, finding(organisation, "x", [])])
        assert Finding.unscoped.filter(organisation=organisation).count() == 1
        assert Step.unscoped.filter(organisation=organisation).count() == 1200
