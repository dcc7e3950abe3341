"""How cases went: to each vendor of itself, to the owner of all, and to nobody else; skill from twenty histories on."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from levee.cases import services
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import EndReason
from levee.cases.rules.facts import Event
from levee.measures.selectors import coordination, coordination_csv
from support.coordination import open_for, vendor_of

HOUR = timedelta(hours=1)


def let_in(opened, vendor, name="Minimist"):
    services.invite(opened.coordinator, opened.case, party=vendor.party, name=name, because="its code")


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    let_in(opened, vendor)
    return vendor


def only(lines):
    (line,) = lines
    return line


def test_each_step_is_told_from_when_the_vendor_got_the_report(world, opened, vendor):
    world.clock.advance(2 * HOUR)
    services.answer(vendor, opened.case, answer=Answer.LOOKING, by="Ada")
    world.clock.advance(3 * HOUR)
    services.answer(vendor, opened.case, answer=Answer.AFFECTED, by="Ada")
    world.clock.advance(5 * HOUR)
    services.handle(vendor, opened.case, step=Event.FIX_READY, because="merged")
    world.clock.advance(10 * HOUR)
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    for reader in (opened.coordinator, vendor):
        line = only(coordination(reader).lines)
        assert (line.vendor, line.history) == ("Minimist", "VFP")
        assert (line.first_answer, line.accepted, line.fix_ready, line.fix_deployed) == (2, 5, 10, None)
        assert (line.public, line.embargo_agreed, line.embargo_held) == (20, 30 * 24, 20)


def test_an_embargo_that_time_ended_was_kept_as_long_as_agreed(world, opened):
    world.clock.advance(timedelta(days=31))
    line = only(coordination(opened.coordinator).lines)
    assert line.embargo_agreed == line.embargo_held == 30 * 24


def test_a_vendor_reads_of_itself_alone_and_a_finder_of_no_vendor(world, opened, vendor):
    other = vendor_of(world)
    let_in(opened, other, name="A rival")
    services.answer(other, opened.case, answer=Answer.AFFECTED, by="Bob")
    assert [each.vendor for each in coordination(vendor).lines] == ["Minimist"]
    assert [each.name for each in coordination(vendor).vendors] == ["Minimist"]
    assert [each.vendor for each in coordination(opened.finder).lines] == [""]
    assert coordination(opened.finder).vendors == ()
    assert b"rival" not in coordination_csv(vendor) + coordination_csv(opened.finder)
    assert [each.name for each in coordination(opened.coordinator).vendors] == ["A rival", "Minimist"], "by name"


def test_whoever_takes_no_part_reads_nothing(world, opened, vendor):
    known = coordination(vendor_of(world))
    assert (known.cases, known.lines, known.vendors, known.together.times) == (0, (), (), ())


def test_skill_is_shown_from_the_twentieth_history_on(world):
    vendor = vendor_of(world)
    for number in range(20):
        opened = open_for(world)
        let_in(opened, vendor)
        if number % 2:
            services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
        if number == 18:
            assert coordination(vendor).together.skills == ()
    for reader in (vendor, opened.coordinator):
        known = {each.desideratum: each for each in coordination(reader).together.skills}
        assert (known["VP"].met, known["VP"].over) == (20, 20)
        assert known["VP"].low < known["VP"].skill == known["VP"].high == 1
        assert "FX" not in known, "neither happened"
        assert [each.name for each in coordination(reader).vendors] == ["Minimist"]


def test_the_file_says_the_same_and_no_cell_of_it_is_a_formula(world, opened):
    let_in(opened, vendor_of(world), name="=1+1")
    (line,) = csv.DictReader(io.StringIO(coordination_csv(opened.coordinator).decode()))
    assert not line["vendor"].startswith("=")
    assert line["history"] == "V"
    assert line["fix_ready"] == ""
    assert float(line["embargo_agreed"]) == 720


def test_more_cases_ask_no_more_questions(world):
    def asked(reader):
        with CaptureQueriesContext(connection) as queries:
            coordination(reader)
        return len(queries)

    first, vendor = open_for(world), vendor_of(world)
    let_in(first, vendor)
    before = asked(first.coordinator)
    for _ in range(3):
        let_in(open_for(world), vendor)
    assert asked(first.coordinator) == before
