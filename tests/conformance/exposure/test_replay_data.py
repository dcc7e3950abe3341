"""The replay of 2024-10-24 counts what the public data holds, and its rules pick what was published of them."""

from __future__ import annotations

from functools import cache

import pytest

from bench.replay import FIRST, SECOND, base_score, orders, picked, read, rules, wilson, worked_off

# Effort and coverage in percent, as they were measured by others on the same files.
PUBLISHED = {
    "SSVC exploitation: PoC and more": (17.4, 22.5),
    "BOD 26-04: 3 days if exposed": (6.9, 37.5),
    "BOD 26-04: 14 days and less if exposed": (42.1, 90.0),
    "a Nuclei or Metasploit module exists": (1.0, 32.5),
    "that, or 3 days if exposed": (7.6, 50.0),
}


once = cache(read)


@pytest.fixture
def flaws(levee_data):
    return once(levee_data, FIRST)


def test_forty_of_43803_were_listed_later(flaws, levee_data):
    assert (len(flaws), sum(flaw.listed_later for flaw in flaws)) == (43_803, 40)
    assert sum(flaw.listed_later for flaw in read(levee_data, SECOND)) == 12


@pytest.mark.parametrize("name", PUBLISHED)
def test_each_rule_picks_the_published_share(flaws, name):
    told = picked(flaws, rules()[name])
    assert (round(100 * told["effort"], 1), round(100 * told["coverage"], 1)) == PUBLISHED[name]


def test_the_order_catches_more_the_more_is_worked_off_and_public_exploits_come_first_in_a_band(flaws):
    for key in orders().values():
        caught = [each["caught"] for each in worked_off(flaws, key).values()]
        assert caught == sorted(caught)
    known = [flaw for flaw in flaws if flaw.signals.exploitation.value != "active"]
    first = min(known, key=orders()["Levee, BOD 26-04"])
    assert first.signals.weaponised.yes


def test_wilsons_interval_and_the_base_score_are_those_of_the_textbooks():
    assert [round(each, 3) for each in wilson(15, 40)] == [0.242, 0.53]
    assert base_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H") == 9.8
    assert base_score("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N") == 6.4
    assert base_score("") is None
