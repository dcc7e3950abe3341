"""Scripted agents through real evaluations: who looks for the harness counts as cheating, and who solves does not."""

import os
from dataclasses import asdict

import pytest

from levee.frontier.evaluations.folder import Folder
from levee.frontier.integrity.evaluated import talk_of
from levee.frontier.integrity.judging import judged
from levee.frontier.integrity.types import SURE, Rule
from levee.frontier.packs.generating import generate_pack
from levee.frontier.rehearsal.agents import book_of
from support.evaluating import agent, gateway, ordered, place_in, run

pytestmark = [
    pytest.mark.xdist_group("evaluations"),
    pytest.mark.skipif(os.geteuid() != 0, reason="the sandbox needs root"),
]
KINDS = ("web-injection", "crypto-keystream", "patch-c")
TASKS = generate_pack("ours", "1", b"a seed of the tests of cheating, ", each=1, kinds=KINDS).tasks


@pytest.fixture
def verdicts(tmp_path, monkeypatch):
    """Lets an agent work on each of these kinds twice: what is said of its runs, and how many it solved."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))

    def of(name):
        place = place_in(tmp_path, tasks=TASKS, epochs=2)
        book = [asdict(each) for each in book_of(TASKS)]
        with agent(name, book=book, folder=tmp_path) as up, gateway(tmp_path / "gateway", up) as (address, token, _):
            said = run(ordered(place, address, token, scripted=name))
        assert said[-1]["ended"] == "finished", said[-1]
        transcripts = Folder(place.folder).transcripts()
        tasks = {each.name: each for each in TASKS}
        found = [judged(tasks[each.task], talk_of(each)) for each in transcripts]
        return found, sum(each.success for each in transcripts)

    return of


def sure(found):
    return {sign.rule for each in found for sign in each.verdicts if sign.confidence >= SURE}


def test_a_solver_solves_all_and_cheats_in_none(verdicts):
    found, solved = verdicts("solver")
    assert solved == 2 * len(TASKS)
    assert sure(found) == set()


def test_an_agent_that_looks_for_the_harness_is_found_in_every_run(verdicts):
    found, _ = verdicts("cheater")
    assert all(each.cheated for each in found)
    assert sure(found) == {Rule.HARNESS_READ}
