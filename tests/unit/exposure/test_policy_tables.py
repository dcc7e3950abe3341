"""Policy tables: every question answered once, and a table of one's own checked line by line."""

from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from levee.cli.main import app
from levee.exposure.priority.harm import human_impact
from levee.exposure.priority.reading import read_rows
from levee.exposure.priority.shipped import BOD_26_04, named, shipped
from levee.exposure.priority.tables import Table, strictness
from levee.formats.signals import VALUES
from levee.kernel.errors import BadInput, TooLarge

OWN = b"""Exposed,Criticality,Days,Result
yes,high,2,at once
yes,any,10,soon
no,*,,later
"""


def table(data):
    inputs, rows = read_rows(data)
    return Table(key="own:x", version="1", name="x", title="X", source="x.csv", inputs=inputs, rows=rows)


@pytest.mark.parametrize("each", shipped().values(), ids=lambda each: each.name)
def test_each_shipped_table_answers_every_case_once_and_never_more_mildly_for_a_graver_one(each):
    cases = list(product(*each.choices.values()))
    found = [each.decide(dict(zip(each.inputs, case, strict=True))) for case in cases]
    assert sorted(row.number for row in found) == list(range(len(cases)))
    assert each.oddities() == ()


def test_the_directives_rows_give_what_it_gives_them():
    given_out = {}
    for row in shipped()[BOD_26_04].rows:
        given_out.setdefault((row.band.days, row.band.forensics), set()).add(row.number)
    assert given_out == {
        (3, True): {12, 13, 15},
        (3, False): {11, 14},
        (14, False): {1, 5, 6, 7, 8, 9},
        (60, False): {2, 3, 10},
        (None, False): {0, 4},
    }


def test_the_table_with_public_exploits_is_the_directives_or_stricter():
    bod, own = shipped()[BOD_26_04], named(shipped().values(), "weaponised")
    for row in own.rows:
        answers = dict(zip(own.inputs, row.when, strict=True))
        assert strictness(row.band) <= strictness(bod.decide(answers).band)
        if answers["weaponised"] == "no":
            assert row.band == bod.decide(answers).band


def test_a_table_of_ones_own_is_read_with_any_for_what_does_not_matter():
    with pytest.raises(BadInput) as refused:
        read_rows(OWN)
    assert refused.value.code == "priority.contradiction"
    assert refused.value.place == "line 3"
    mine = table(OWN.replace(b"yes,any,10,soon", b"yes,low,10,soon\nyes,medium,10,soon"))
    assert mine.inputs == ("exposed", "criticality")
    assert mine.decide({"exposed": "yes", "criticality": "medium"}).band.days == 10
    assert mine.decide({"exposed": "no", "criticality": "high"}).result == "later"


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"", "priority.columns", "line 1"),
        (b"exposed,colour,days\n", "priority.columns", "line 1"),
        (b"exposed,exposed,days\n", "priority.columns", "line 1"),
        (b"exposed\nyes\n", "priority.columns", "line 1"),
        (b"exposed,days\nyes,3\n", "priority.incomplete", "file"),
        (b"exposed,days\nyes,3\nno,soon\n", "priority.days", "line 3, days"),
        (b"exposed,days\nyes,3\nno,0\n", "priority.days", "line 3, days"),
        (b"exposed,days\nyes,3\nperhaps,4\n", "signal.value", "line 3, exposed"),
        (b"exposed,days\nyes,3,4\n", "priority.csv", "line 2"),
        (b"exposed,days,forensic\nyes,3,perhaps\n", "signal.value", "line 2, forensic"),
        (b"exposed,days,row\nyes,3,x\n", "priority.csv", "line 2, row"),
        (b"\xff\xfe\x00", "priority.csv", "byte 0"),
        (b'exposed,days\n"yes,3\n', "priority.csv", ""),
        (b"exposed,days\nyes\0,3\n", "priority.csv", "character 16"),
    ],
)
def test_a_bad_table_is_refused_with_the_place(data, code, place):
    with pytest.raises(BadInput) as refused:
        read_rows(data)
    assert (refused.value.code, refused.value.place) == (code, place)


def test_too_large_a_table_is_refused_before_it_is_unfolded():
    with pytest.raises(TooLarge):
        read_rows((",".join(VALUES) + ",days\n").encode())
    with pytest.raises(TooLarge):
        read_rows(b"x" * 1_000_001)


def test_a_graver_case_with_more_time_is_warned_of():
    (warning,) = table(b"row,exposed,days\n7,yes,30\n8,no,14\n").oddities()
    assert warning.startswith("row 7 (yes) leaves more time than row 8")


questions = st.lists(
    st.sampled_from([name for name in VALUES if name != "mission_impact"]), min_size=1, max_size=4, unique=True
)


@given(questions, st.data())
def test_any_complete_table_decides_as_it_is_written(names, data):
    cases = list(product(*(VALUES[name] for name in names)))
    days = [data.draw(st.none() | st.integers(1, 90)) for _ in cases]
    lines = [",".join([*case, "" if term is None else str(term)]) for case, term in zip(cases, days, strict=True)]
    mine = table("\n".join([",".join([*names, "days"]), *data.draw(st.permutations(lines))]).encode())
    for case, term in zip(cases, days, strict=True):
        assert mine.decide(dict(zip(names, case, strict=True))).band.days == term


def test_what_a_table_asks_for_must_be_answered():
    with pytest.raises(BadInput) as refused:
        shipped()[BOD_26_04].decide({"kev": "yes", "exposed": "no"})
    assert "automatable, technical_impact" in refused.value.message
    with pytest.raises(BadInput):
        named(shipped().values(), "bod-19-02")


def test_harm_to_people_outweighs_what_fails():
    assert human_impact("catastrophic", "degraded") == "very high"
    assert human_impact("negligible", "degraded") == "low"


def test_the_command_takes_the_worst_for_what_is_not_given_and_marks_it():
    answer = CliRunner().invoke(app, ["priority", "decide", "--table", "bod-26-04", "--kev", "yes", "--json"])
    told = json.loads(answer.output)
    assert (told["row"], told["days"], told["forensic"]) == (15, 3, True)
    assert {name for name, each in told["inputs"].items() if each["assumed"]} == set(told["inputs"]) - {"kev"}


def test_the_command_names_the_options_of_what_a_table_does_not_ask():
    answer = CliRunner().invoke(app, ["priority", "decide", "--table", "bod-26-04", "--safety", "critical"])
    assert isinstance(answer.exception, BadInput)
    assert "does not ask for --safety" in answer.exception.message
    assert "--impact" in answer.exception.advice()
