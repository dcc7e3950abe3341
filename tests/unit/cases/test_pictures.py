"""The documentation draws the machines as the tables have them."""

from pathlib import Path

import pytest

from levee.cases.rules.embargo import CONSENT, EMBARGO
from levee.cases.rules.reports import REPORT
from tools.pictures.cases import pictures

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"


@pytest.mark.parametrize("name", sorted(pictures()))
def test_a_picture_shows_what_the_tables_say(name):
    drawn = (FOLDER / f"{name}.svg").read_text()
    assert drawn == pictures()[name].svg(), "draw it anew: python -m tools.pictures"


def test_a_picture_has_every_step():
    for name, machine in (("report", REPORT), ("embargo", EMBARGO), ("consent", CONSENT)):
        assert len(pictures()[name].arrows) == len(machine.steps)
    assert len(pictures()["facts"].arrows) == 58
