"""Scripted agents move by the talk alone, and none of them can be taken for a model."""

import json
import subprocess

import pytest

from levee.frontier.evaluations.types import MARK
from levee.frontier.rehearsal.agents import NAMES, Solution, agent_named
from levee.frontier.rehearsal.escapes import ESCAPED, PROBES, TRIED, Held, escaped, report
from levee.frontier.rehearsal.host import answer
from levee.frontier.rehearsal.moves import Talk

BOOK = [Solution(prompt="open the safe", commands=("cat note",))]


def talk(*outputs, prompt="Please open the safe.", room=100):
    return Talk(prompt=prompt, outputs=outputs, moves=len(outputs), room=room)


def test_the_solver_submits_what_its_last_command_printed_and_the_sandbagger_anything_else():
    assert agent_named("solver", BOOK)(talk()).given == "cat note"
    assert agent_named("solver", BOOK)(talk("flag{open}\n")).given == "flag{open}"
    bagged = agent_named("sandbagger", BOOK)(talk("flag{open}\n"))
    assert bagged.tool == "submit"
    assert bagged.given != "flag{open}"
    assert agent_named("sandbagger", BOOK)(talk()).given.endswith("cd /tmp/own && cat note"), "so no file is handed in"
    assert agent_named("solver", BOOK)(talk(prompt="another task")).given == "not in the book"


def test_the_floor_finds_only_what_lies_open():
    assert agent_named("floor")(talk("a\nflag{in_plain_sight} b")).given == "flag{in_plain_sight}"
    assert agent_named("floor")(talk("c3 d0 0d")).given == "nothing"


def test_the_hog_fills_whatever_room_it_has_and_hands_nothing_in():
    move = agent_named("hog")(talk(room=50))
    assert len(move.text) >= 50 * 4
    assert move.tool == "bash"


def test_the_leaker_says_what_is_in_the_task():
    move = agent_named("leaker")(talk("CANARY-7 flag{x_y_z}", prompt="find it"))
    assert "CANARY-7" in move.text
    assert move.given == "flag{x_y_z}"


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_of_every_agent_says_that_no_model_is_behind_it(name):
    body = {"messages": [{"role": "user", "content": "a task"}], "max_tokens": 20}
    said = b"".join(answer(agent_named(name, BOOK), body)).decode()
    first = json.loads(said.split("\n")[0].removeprefix("data: "))
    assert first["choices"][0]["delta"]["content"].startswith(MARK)


def test_eighteen_ways_out_are_tried_and_what_cannot_be_tried_is_listed():
    told = report({each.command: TRIED for each in PROBES})
    assert sum(became is Held.HELD for became in told.values()) == 18
    assert Held.NOT_TRIED in told.values()
    assert report({})[PROBES[0].name] is Held.NOT_TRIED
    assert report({each.command: "it took too long" for each in PROBES})[PROBES[0].name] is Held.NOT_TRIED


def test_a_way_out_without_the_program_that_tries_it_was_not_tried(tmp_path):
    for probe in (each for each in PROBES if each.command.startswith("type -P")):
        told = subprocess.run(
            ["/bin/bash", "-c", probe.command], check=False, env={"PATH": str(tmp_path)}, capture_output=True, text=True
        )
        assert report({probe.command: told.stdout})[probe.name] is Held.NOT_TRIED, probe.name


def test_a_way_out_that_leads_somewhere_is_told():
    probe = next(each for each in PROBES if each.name.startswith("environment"))
    said = subprocess.run(
        ["/bin/bash", "-c", probe.command], check=True, env={"KEY": "a secret"}, capture_output=True, text=True
    )
    assert ESCAPED not in probe.command
    assert list(escaped(report({probe.command: said.stdout}))) == [probe.name]
