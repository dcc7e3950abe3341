"""The tables agree with those that CERT/CC publishes, row by row and neighbour by neighbour."""

from __future__ import annotations

import csv

from levee.exposure.priority.harm import human_impact
from levee.exposure.priority.shipped import BOD_26_04, DEPLOYER, shipped
from levee.formats.signals import VALUES, read_answer

DAYS = {"3 days": 3, "14 days": 14, "60 days": 60, "3 days & forensic investigation": 3, "fix on system upgrade": None}


def published(path):
    with path.open(newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    return [name.partition(" v")[0] for name in header], lines


def cases(table, lines):
    """Answers to the published result, as its file has them."""
    return {
        tuple(read_answer(name, cell) for name, cell in zip(table.inputs, line[1:-1], strict=True)): line
        for line in lines
    }


def neighbours(table, when):
    for place, name in enumerate(table.inputs):
        for value in VALUES[name]:
            if value != when[place]:
                yield (*when[:place], value, *when[place + 1 :])


def test_all_sixteen_rows_of_bod_26_04_agree_and_differ_from_their_neighbours_where_the_file_does(levee_data):
    header, lines = published(levee_data / "ssvc/cisa/cisa_bod_26_04_1_0_0.csv")
    table = shipped()[BOD_26_04]
    assert header[1:5] == ["In KEV", "Publicly Exposed", "Automatable", "Technical Impact"]
    expected = cases(table, lines)
    assert len(expected) == len(table.rows) == 16
    compared = 0
    for when, line in expected.items():
        row = table.decide(dict(zip(table.inputs, when, strict=True)))
        assert (row.number, row.band.days, row.band.forensics) == (int(line[0]), DAYS[line[-1]], "forensic" in line[-1])
        for other in neighbours(table, when):
            theirs = table.decide(dict(zip(table.inputs, other, strict=True)))
            assert (theirs.band == row.band) == (expected[other][-1] == line[-1]), (when, other)
            compared += 1
    assert compared == 16 * 4


def test_all_seventy_two_rows_of_the_deployer_tree_agree_with_one_number_of_days_for_each_outcome(levee_data):
    _, lines = published(levee_data / "ssvc/ssvc/deployer_patch_application_priority_1_0_0.csv")
    table = shipped()[DEPLOYER]
    days = {}
    for when, line in cases(table, lines).items():
        row = table.decide(dict(zip(table.inputs, when, strict=True)))
        assert (row.number, row.result) == (int(line[0]), line[-1])
        days.setdefault(row.result, set()).add(row.band.days)
    assert len(lines) == 72
    assert days == {"immediate": {3}, "out-of-cycle": {14}, "scheduled": {60}, "defer": {None}}


def test_all_sixteen_rows_of_the_human_impact_agree(levee_data):
    _, lines = published(levee_data / "ssvc/ssvc/human_impact_1_0_0.csv")
    assert all(human_impact(line[1], line[2]) == line[3] for line in lines)
    assert len(lines) == 16
