"""A whole life: what passes a real gateway is sealed, read by both sides, taken back, destroyed, and certified."""

import json
import shutil
import socket
import stat
import subprocess
import sys
import tarfile
import time
from contextlib import contextmanager, suppress
from importlib import import_module

import httpx
import pytest
from typer.testing import CliRunner

from levee.cli.agreements import opening_key_in
from levee.frontier.agreements.terms import read_agreement
from levee.frontier.deletion.canaries import new_canary, read_canaries
from levee.frontier.deletion.sweeping import sweep
from levee.frontier.envelopes import name_of
from levee.frontier.gateway.client import Proving
from levee.frontier.statements import say
from levee.frontier.tokens import issue
from levee.kernel.clock import SystemClock
from levee.kernel.errors import BadInput, Conflict
from support.gateway import CLIENT, HOUSE, carried, granted
from support.model_host import ModelHost, chat

CALLS, EACH = 20, 50
TERMS = {
    "template": "eo-14409-1",
    "model": "model-a",
    "access": "AL1",
    "purpose": "evaluation",
    "about": "Whether it finds flaws.",
    "operations": ["chat"],
    "begins": "2026-12-01T00:00:00Z",
    "ends": "2026-12-31T00:00:00Z",
    "tokens": 50_000_000,
    "calls": 120,
    "days": 90,
    "keeps": "sealed transcripts",
    "evidence": "this agreement alone",
    "publication": "by nobody",
    "sandbox": "a machine of their own",
    "holds": [{"what": "counts of calls", "why": "the tax code asks for it", "days": 3650}],
}


def run(*words):
    answer = CliRunner().invoke(import_module("levee.cli.main").app, [str(word) for word in words])
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    assert answer.exit_code == 0, answer.output
    return answer.stdout


@pytest.fixture
def desk(tmp_path):
    """Both sides' folders, with keys and an agreement that both signed."""
    sides = {}
    for side in ("developer", "evaluator"):
        (tmp_path / side).mkdir()
        key, seal = run("frontier", "agreement", "key", tmp_path / side / "ours.key").split()
        sides[side] = {"name": side.title(), "key": key, "seal": seal}
    (tmp_path / "draft").write_text(json.dumps({**TERMS, **sides}))
    signing = ("frontier", "agreement", "sign")
    run(*signing, tmp_path / "draft", "--key", tmp_path / "developer" / "ours.key", "--out", tmp_path / "once")
    run(*signing, tmp_path / "once", "--key", tmp_path / "evaluator" / "ours.key", "--out", tmp_path / "agreement")
    return tmp_path


def mode(file):
    return stat.S_IMODE(file.stat().st_mode)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def gateway(folder, host, log, *, killed=False):
    port = free_port()
    words = ["gateway", "serve", "--upstream", host.address, "--port", str(port), "--folder", str(folder)]
    with log.open("ab") as to:
        process = subprocess.Popen([sys.executable, "-m", "levee.cli", *words], stderr=to)
    try:
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill() if killed else process.terminate()
        assert process.wait(10) in {0, -9 if killed else -15}


def agreed(desk, folder):
    """A gateway that knows the agreement of both sides, and the one grant under it."""
    agreement = read_agreement(json.loads((desk / "draft").read_text()))
    now = int(SystemClock().now().timestamp())
    grant = granted(
        agreement=agreement.digest, tokens=10**6, calls=1000, made_at=now, stale_after=now + 3600, expires=now + 7200
    )
    seals = ("--seal", agreement.developer.seal, "--seal", agreement.evaluator.seal)
    terms = ("--model", "model-a", "--upstream", "host-model", "--ends", "2100-01-01T00:00:00", "--tokens", 10**7)
    run("gateway", "trust", name_of(HOUSE.public_key()), "--folder", folder)
    run("gateway", "agree", agreement.digest, *terms, *seals, "--folder", folder)
    (desk / "said").write_bytes(say(grant, HOUSE))
    run("gateway", "take", desk / "said", "--folder", folder)
    return grant


def converse(client, host, canaries):
    """One call for each fifty canaries, half of them in what is asked and half in what is answered."""
    for start in range(0, len(canaries), EACH):
        asked, answered = (canaries[start + half : start + half + EACH // 2] for half in (0, EACH // 2))
        host.script = chat(*(f"{each} " for each in answered))
        call = {"model": "model-a", "messages": [{"role": "user", "content": " ".join(asked)}], "stream": True}
        assert client.post("/chat/completions", json=call).status_code == 200


def test_every_canary_is_read_before_a_deletion_and_none_after_in_yesterdays_backup_and_log_too(desk):
    folder, evaluation = desk / "developer" / "gateway", desk / "evaluator" / "evaluation"
    canaries = [new_canary() for _ in range(CALLS * EACH)]
    (desk / "canaries").write_text("\n".join(canaries))
    sought = read_canaries(each.encode() for each in canaries)
    grant, host, log = agreed(desk, folder), ModelHost(), desk / "developer" / "log"
    try:
        with gateway(folder, host, log) as address:
            token = issue(carried(grant), HOUSE)
            (desk / "token").write_text(token)
            (desk / "client.key").write_text(CLIENT.private_bytes_raw().hex())
            with httpx.Client(base_url=address, auth=Proving(token, CLIENT)) as client:
                converse(client, host, canaries)
                while client.get("/transcripts?after=0").json()["head"]["size"] < CALLS:
                    time.sleep(0.05)
            evaluation.mkdir()
            (evaluation / "trace.log").write_text("\n".join(canaries[:30]))
            got = ("--out", desk / "evaluator" / "sealed", "--wrap", desk / "evaluator" / "GRT-1.age")
            run("frontier", "fetch", address, "--token", desk / "token", "--key", desk / "client.key", *got)
            assert mode(desk / "evaluator" / "GRT-1.age") == 0o600
            run("gateway", "backup", desk / "developer" / "yesterday", "--folder", folder)
            shutil.copy(log, desk / "developer" / "log.yesterday")
            with tarfile.open(desk / "developer" / "monday.tar.gz", "w:gz") as archive:
                archive.add(folder)

            stores = [desk / "developer", desk / "evaluator"]
            backup = [desk / "developer" / "yesterday", folder / "wraps", desk / "developer" / "ours.key"]
            assert len(sweep(stores, canaries=sought).canaries) == len(canaries)
            assert len(sweep(backup, canaries=sought).canaries) == len(canaries)

            deleting = ("frontier", "delete", desk / "agreement", "--canaries", desk / "canaries")
            developers = (*deleting, "--gateway", folder, "--at", desk / "developer", "--out")
            with pytest.raises(Conflict, match="holds still"):
                run(*developers, desk / "forgot")
            run("gateway", "withdraw", "grant", "GRT-1", "--folder", folder)
            deleted_twice(desk, developers, len(canaries))
    finally:
        host.stop()
    assert len(sweep(stores, canaries=sought).canaries) == len(canaries), "the evaluator has its wrap still"
    theirs = ("--wrap", desk / "evaluator" / "GRT-1.age", "--remove", evaluation, "--at", desk / "evaluator")
    run(*deleting, *theirs, "--out", desk / "evaluators")

    keys = [opening_key_in(desk / side / "ours.key") for side in ("developer", "evaluator")]
    after = sweep(stores, keys=keys, canaries=sought)
    assert after.canaries == set()
    assert after.opened == 0
    assert (after.wraps, after.unread, after.unopened) == (0, {}, {})
    assert after.sealed >= 2 * CALLS, "what is in the backup and at the evaluator's is looked at still"
    assert set(keys) == after.keys
    certified(desk)


def deleted_twice(desk, developers, count):
    """The developer forgets a backup at first."""
    told = " ".join(run(*developers, desk / "forgot").split())
    assert "before:" in told
    assert f"{count} of {count} canaries read" in told
    forgotten = json.loads((desk / "forgot").read_text())["after"]
    assert (forgotten["wraps_opened"], forgotten["canaries"]) == (1, count)
    (desk / "developer" / "monday.tar.gz").unlink()
    run(*developers, desk / "developers", "--after", desk / "forgot")


def certified(desk):
    """Both sides sign what they did, and anyone with the agreement reads it."""
    made = ("frontier", "certificate", "make", desk / "agreement", desk / "developers", desk / "evaluators")
    run(*made, "--key", desk / "developer" / "ours.key", "--out", desk / "half")
    signing = ("frontier", "certificate", "sign", desk / "agreement", desk / "half")
    run(*signing, "--key", desk / "evaluator" / "ours.key", "--out", desk / "whole")
    told = json.loads(run("frontier", "certificate", "read", desk / "agreement", desk / "whole", "--json"))
    assert told["signed_by"] == ["Developer", "Evaluator"]
    for side in ("developer", "evaluator"):
        assert [each["grant"] for each in told[side]["keys"]] == ["GRT-1"]
        assert (told[side]["after"]["canaries"], told[side]["after"]["canaries_sought"]) == (0, CALLS * EACH)
    shown = " ".join(run("frontier", "certificate", "read", desk / "agreement", desk / "whole").split())
    assert "kept for 3650 days: counts of calls" in shown
    assert "cannot prove that no copy" in shown
    assert "Both have signed it" in shown


def test_a_gateway_that_is_killed_leaves_a_log_that_holds_and_goes_on_with_it(desk):
    folder, host = desk / "developer" / "gateway", ModelHost()
    grant = agreed(desk, folder)
    auth = Proving(issue(carried(grant), HOUSE), CLIENT)
    try:
        for calls in (3, 6):
            with (
                gateway(folder, host, desk / "log", killed=True) as address,
                httpx.Client(base_url=address, auth=auth) as client,
            ):
                converse(client, host, [new_canary() for _ in range(3 * EACH)])
                while client.get("/transcripts").json()["head"]["size"] < calls:
                    time.sleep(0.05)
            run("gateway", "transcripts", "GRT-1", "--out", desk / "sealed", "--folder", folder)
            opening = ("--wrap", folder / "wraps" / "GRT-1.age", "--key", desk / "evaluator" / "ours.key")
            run("frontier", "open", desk / "sealed", *opening, "--out", desk / "plain")
            assert mode(desk / "plain") == 0o600
            assert len((desk / "plain").read_text().splitlines()) == calls
    finally:
        host.stop()


def test_each_side_names_what_it_destroys(desk):
    for words in ((), ("--gateway", desk, "--wrap", desk / "a.age")):
        with pytest.raises(BadInput, match="names its gateway"):
            run("frontier", "delete", desk / "agreement", *words, "--out", desk / "report")
    with pytest.raises(BadInput, match="both sides"):
        run("frontier", "delete", desk / "once", "--wrap", desk / "a.age", "--out", desk / "report")
