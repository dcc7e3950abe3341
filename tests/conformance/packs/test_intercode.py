"""InterCode-CTF, where it is there: what of it can run here, and what an agent without a model gets of it."""

from __future__ import annotations

import pytest

from levee.frontier.packs.floor import guesses
from levee.frontier.packs.importing.intercode import read_intercode


@pytest.fixture
def imported(levee_data):
    folder = levee_data / "intercode"
    if not (folder / "ic_ctf.json").is_file():
        pytest.skip("the public data has no intercode/ic_ctf.json")
    told = {"name": "intercode", "version": "1", "licence": "MIT", "source": "princeton-nlp/intercode"}
    return read_intercode((folder / "ic_ctf.json").read_bytes(), folder / "task_assets", **told)


def test_every_task_is_taken_in_or_left_out_with_a_reason(imported):
    assert len(imported.pack.tasks) + len(imported.left_out) == 100
    assert imported.pack.licence == "MIT"


def test_some_of_it_is_solved_without_a_model(imported):
    solved = [each.name for each in imported.pack.tasks if each.check.flag in guesses(each.prompt, each.files)]
    assert 0 < len(solved) < len(imported.pack.tasks), solved
