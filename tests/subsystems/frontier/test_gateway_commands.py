"""A developer sets its gateway up, sees what is used, and ends it, on its own host."""

import json
import socket
import subprocess
import sys
import time
from contextlib import suppress
from importlib import import_module

import httpx
import pytest
from typer.testing import CliRunner

from levee.frontier.envelopes import name_of
from levee.frontier.gateway.client import Proving
from levee.frontier.statements import say
from levee.frontier.tokens import issue
from levee.kernel.clock import SystemClock
from levee.kernel.errors import BadInput, Conflict
from support.gateway import CLIENT, HOUSE, carried, granted
from support.model_host import ModelHost, endless

AGREEMENT = "sha256:" + "a" * 64


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("LEVEE_GATEWAY_FOLDER", str(tmp_path / "gateway"))

    def run(*words, given=None):
        answer = CliRunner().invoke(import_module("levee.cli.main").app, ["gateway", *words], input=given)
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


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def test_the_process_serves_without_django_and_a_command_cuts_what_it_streams(run, tmp_path):
    host, port, now = ModelHost(), free_port(), int(SystemClock().now().timestamp())
    grant = granted(tokens=100_000, made_at=now, stale_after=now + 3600, expires=now + 7200)
    run("trust", name_of(HOUSE.public_key()))
    terms = ("--model", "model-a", "--upstream", "secret-name", "--ends", "2100-01-01T00:00:00", "--tokens", "500000")
    run("agree", AGREEMENT, *terms)
    run("take", "-", given=say(grant, HOUSE))
    program = (
        "import sys; from levee.cli import main; "
        "sys.modules['django'] = sys.modules['psycopg'] = None; "  # an import of either fails from here on
        f"sys.argv[1:] = ['gateway', 'serve', '--upstream', '{host.address}', '--port', '{port}']; main()"
    )
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", program], stderr=log)
    try:
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=Proving(issue(carried(grant), HOUSE), CLIENT))
        call = {"model": "model-a", "messages": [{"role": "user", "content": "a secret"}], "stream": True}
        with client:
            while True:
                with suppress(httpx.ConnectError):
                    assert client.post("/v1/chat/completions", json=call).status_code == 200
                    break
                time.sleep(0.1)
            host.script = endless()
            with client.stream("POST", "/v1/chat/completions", json=call) as answer:
                parts = answer.iter_raw()
                next(parts)
                run("withdraw", "all")
                with pytest.raises(httpx.ReadError):
                    list(parts)
    finally:
        process.terminate()
        assert process.wait(10) in {0, -15}
        host.stop()
    log = (tmp_path / "log").read_text()
    assert "GRT-1 chat whole tokens=" in log
    assert "GRT-1 chat cut tokens=" in log
    assert "secret" not in log


@pytest.mark.parametrize("words", [("grant",), ("model",), ("all", "GRT-1"), ("grant", "a b")])
def test_a_withdrawal_that_says_too_little_or_too_much_ends_nothing(run, words):
    with pytest.raises(BadInput):
        run("withdraw", *words)
