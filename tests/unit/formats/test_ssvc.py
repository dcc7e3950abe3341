"""The directive's table answers every question once, and never more mildly for a worse case."""

from __future__ import annotations

import itertools

import pytest

from levee.formats.ssvc import Impact, Result, decide, read_impact, read_yes_no, rows
from levee.kernel.errors import BadInput

WORLDS = list(itertools.product([False, True], [False, True], [False, True], [Impact.PARTIAL, Impact.TOTAL]))


def row(world):
    kev, exposed, automatable, impact = world
    return decide(kev=kev, exposed=exposed, automatable=automatable, technical_impact=impact)


def test_each_of_the_sixteen_cases_has_its_own_row():
    assert sorted(row(world).row for world in WORLDS) == list(range(16))
    assert [found.row for found in rows()] == list(range(16))


def test_only_three_fourteen_sixty_days_or_an_upgrade_are_ever_asked():
    assert {found.days for found in rows()} == {3, 14, 60, None}
    assert sum(found.days == 3 for found in rows()) == 5
    assert all((found.days is None) == (found.result is Result.UPGRADE) for found in rows())


@pytest.mark.parametrize("place", range(4))
def test_a_worse_input_never_gives_more_time(place):
    for world in WORLDS:
        if world[place] in (False, Impact.PARTIAL):
            worse = list(world)
            worse[place] = Impact.TOTAL if place == 3 else True
            before, after = row(world).days, row(tuple(worse)).days
            assert before is None or (after is not None and after <= before)


def test_a_known_exploited_and_exposed_flaw_of_total_impact_is_due_in_three_days_with_forensics():
    found = decide(kev=True, exposed=True, automatable=False, technical_impact=Impact.TOTAL)
    assert (found.row, found.days, found.forensic) == (12, 3, True)
    assert found.describe() == "3 days and forensic investigation"
    assert rows()[0].describe() == "fix on system upgrade"


def test_letter_case_says_nothing_and_unknown_is_not_no():
    assert read_yes_no(" YES ")
    assert read_impact("Total") is Impact.TOTAL
    for text in ("", "none", "unknown"):
        with pytest.raises(BadInput) as refusal:
            read_yes_no(text, "line 4")
        assert refusal.value.place == "line 4"
    with pytest.raises(BadInput):
        read_impact("")


def test_the_rows_give_what_the_directive_gives_them():
    given = {}
    for found in rows():
        given.setdefault((found.days, found.forensic), set()).add(found.row)
    assert given == {
        (3, True): {12, 13, 15},
        (3, False): {11, 14},
        (14, False): {1, 5, 6, 7, 8, 9},
        (60, False): {2, 3, 10},
        (None, False): {0, 4},
    }
