"""A developer sets its gateway up, sees what is used, and ends it, on its own host."""

import json
from importlib import import_module

import pytest
from typer.testing import CliRunner

from levee.frontier.envelopes import name_of
from levee.frontier.statements import say
from levee.kernel.clock import SystemClock
from levee.kernel.errors import BadInput, Conflict
from support.gateway import HOUSE, granted

AGREEMENT = "sha256:" + "a" * 64


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("LEVEE_GATEWAY_FOLDER", str(tmp_path / "gateway"))

    def run(*words):
        answer = CliRunner().invoke(import_module("levee.cli.main").app, ["gateway", *words])
        if answer.exception is not None and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    return run


def test_a_developer_agrees_takes_grants_in_and_withdraws(run, tmp_path):
    now = int(SystemClock().now().timestamp())
    grant = granted(made_at=now, stale_after=now + 3600, expires=now + 7200)
    said = tmp_path / "said"
    said.write_bytes(say(grant, HOUSE) + b"\n")
    with pytest.raises(BadInput):
        run("take", str(said))
    run("trust", name_of(HOUSE.public_key()))
    with pytest.raises(Conflict):
        run("take", str(said))
    terms = ("--model", "model-a", "--upstream", "secret-name", "--ends", "2100-01-01T00:00:00", "--tokens", "5000")
    run("agree", AGREEMENT, *terms)
    run("take", str(said))
    (use,) = json.loads(run("show", "--json"))
    assert (use["id"], use["spent"], use["holds"]) == ("GRT-1", 0, True)
    assert "secret-name" not in run("show")
    run("withdraw", "grant", "GRT-1")
    assert [each["holds"] for each in json.loads(run("show", "--json"))] == [False]


@pytest.mark.parametrize("words", [("grant",), ("model",), ("all", "GRT-1"), ("grant", "a b")])
def test_a_withdrawal_that_says_too_little_or_too_much_ends_nothing(run, words):
    with pytest.raises(BadInput):
        run("withdraw", *words)
