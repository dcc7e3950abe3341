"""What passes through a gateway is sealed to both sides in order, and a change in it is found by whoever has a head."""

import base64
import json
import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from importlib import import_module

import httpx
import pytest
from typer.testing import CliRunner

from levee.frontier.gateway.backups import back_up
from levee.frontier.gateway.client import Proving, fetched, fetched_key
from levee.frontier.gateway.store import Store
from levee.frontier.gateway.transcripts import FILE, Transcripts, wrap_of
from levee.frontier.sealing import STEP, opened
from levee.frontier.statements import Scope, say
from levee.frontier.tokens import Call, Proof, issue, prove
from levee.frontier.transcripts import check, lines, read_head, read_lines
from levee.kernel.errors import BadInput, Conflict, Unavailable
from support.gateway import (
    AGREED,
    CLIENT,
    DEVELOPER_OPENS,
    EVALUATOR_OPENS,
    GRANT,
    HOUSE,
    NOW,
    carried,
    eventually,
    granted,
)
from support.model_host import chat, endless
from support.serving import serving

CHAT = "/v1/chat/completions"


def asking(text, **more):
    return {"model": "model-a", "messages": [{"role": "user", "content": text}], **more}


@pytest.fixture
def kept(store, tmp_path):
    """The transcripts of the folder that the gateway serves, by a connection of the test's own."""
    found = Transcripts(tmp_path / "gateway")
    yield found
    found.close()


@pytest.fixture
def reader(address, clock):
    auth = Proving(issue(carried(GRANT), HOUSE), CLIENT, clock)
    with httpx.Client(base_url=f"{address}/v1", auth=auth) as client:
        yield client


def sealed(kept, number):
    """The lines of all transcripts, once so many exchanges are kept."""
    assert eventually(lambda: GRANT.id in kept.kept() and kept.head(GRANT.id, NOW).size >= number)
    head = kept.head(GRANT.id, NOW)
    return list(lines(head, kept.all(head)))


def told(lines, wrap, identity=EVALUATOR_OPENS):
    return [json.loads(opened(each, wrap, identity)) for each in read_lines(lines)[1]]


@pytest.mark.parametrize("identity", [DEVELOPER_OPENS, EVALUATOR_OPENS], ids=["developer", "evaluator"])
@pytest.mark.parametrize("streaming", [False, True])
def test_either_side_opens_what_was_asked_and_what_was_passed_on(client, host, store, kept, identity, streaming):
    host.script = chat("hello ", "world", usage=10**6)
    usage = {"stream_options": {"include_usage": True}} if streaming else {}
    answer = client.post(CHAT, json=asking("a question", max_tokens=50, stream=streaming, **usage))
    (found,) = told(sealed(kept, 1), kept.wrap(GRANT.id), identity)
    assert found["asked"]["messages"] == [{"role": "user", "content": "a question"}]
    assert [each for each in found["answer"] if each["kind"] != "end"] == [
        {"kind": "text", "index": 0, "text": "hello world"}
    ]
    assert (found["grant"], found["operation"], found["began"], found["ended"]) == ("GRT-1", "chat", NOW, "whole")
    assert f'"total_tokens":{sum(found["tokens"].values())}' in answer.text
    assert len(found["reservation"]) == 32


def test_the_models_name_at_its_host_is_in_no_transcript(client, host, kept):
    host.script = chat("hello", usage=10)
    client.post(CHAT, json=asking("a question"))
    (found,) = told(sealed(kept, 1), kept.wrap(GRANT.id))
    assert host.calls[0]["model"] == "secret-name"
    assert found["asked"]["model"] == "model-a"
    assert "secret" not in json.dumps(found)


@pytest.mark.parametrize("how", ["cut", "left", "upstream"])
def test_a_call_that_did_not_end_well_is_sealed_as_far_as_it_went(client, host, store, kept, how):
    host.script = chat("half", "gone")[:2] if how == "upstream" else endless()
    with client.stream("POST", CHAT, json=asking("a question", stream=True)) as answer:
        parts = answer.iter_raw()
        next(parts)
        next(parts)
        if how == "cut":
            store.withdraw(Scope.GRANT, GRANT.id)
        if how != "left":
            with pytest.raises(httpx.ReadError) if how == "cut" else closing(answer):
                list(parts)
    (found,) = told(sealed(kept, 1), kept.wrap(GRANT.id))
    assert found["ended"] == how
    assert found["answer"][0]["text"].startswith("half" if how == "upstream" else "word ")
    assert found["tokens"]["out"] > 0


def test_the_gateway_keeps_nothing_that_opens_what_it_sealed(client, host, kept, tmp_path):
    client.post(CHAT, json=asking("a question that nobody may find"))
    sealed(kept, 1)
    files = [path for path in (tmp_path / "gateway").rglob("*") if path.is_file()]
    found = b"".join(path.read_bytes() for path in files)
    assert b"AGE-SECRET-KEY" not in found
    assert b"a question that nobody" not in found
    assert [path.name for path in files if path.parent.name == "wraps"] == ["GRT-1.age"]


def test_lengths_tell_only_how_many_steps_an_exchange_takes(client, kept):
    for size in (1, 1000, 40_000):
        client.post(CHAT, json=asking("x" * size))
    sizes = {len(each) // STEP for each in read_lines(sealed(kept, 3))[1]}
    assert sizes == {1}


def test_the_evaluator_fetches_pages_with_proofs_and_opens_them(client, reader, host, kept):
    for number in range(20):
        client.post(CHAT, json=asking(f"question {number}"))
    sealed(kept, 20)
    found = list(fetched(reader))
    assert check(found).size == 20
    asked = [each["asked"]["messages"][0]["content"] for each in told(found, fetched_key(reader))]
    assert asked == [f"question {number}" for number in range(20)]
    page = reader.get("/transcripts?after=19").json()
    assert (page["head"]["size"], page["after"], len(page["exchanges"])) == (20, 19, 1)


def test_another_grants_token_fetches_its_own_alone_and_a_query_is_proven_too(address, client, clock, kept, store):
    client.post(CHAT, json=asking("a question"))
    sealed(kept, 1)
    other = granted(id="GRT-2", tokens=1000)
    store.take(say(other, HOUSE), NOW)
    nobody = httpx.get(f"{address}/v1/transcripts").content
    auth = Proving(issue(carried(other), HOUSE), CLIENT, clock)
    with httpx.Client(base_url=address, auth=auth) as stranger:
        assert stranger.get("/v1/transcripts").status_code == 404
        assert stranger.get("/v1/transcripts/key").status_code == 503
    token = issue(carried(GRANT), HOUSE)
    header = prove(
        Call(method="GET", path="/v1/transcripts?after=1", body=b""), token, CLIENT, Proof(time=NOW, nonce="1" * 32)
    )
    headers = {"authorization": f"Bearer {token}", "levee-proof": header}
    assert httpx.get(f"{address}/v1/transcripts?after=0", headers=headers).content == nobody
    assert httpx.get(f"{address}/v1/transcripts?after=1", headers=headers).status_code == 200
    assert httpx.get(f"{address}/v1/transcripts?after=1", headers=headers).content == nobody, "a replay"
    store.withdraw(Scope.GRANT, GRANT.id)
    with httpx.Client(base_url=f"{address}/v1", auth=Proving(token, CLIENT, clock)) as late:
        assert late.get("/transcripts").status_code == 401


def test_a_log_grows_from_each_of_its_heads_and_whatever_was_changed_is_found(client, kept):
    for number in range(3):
        client.post(CHAT, json=asking(f"question {number}"))
    earlier = read_head(json.loads(sealed(kept, 3)[0]))
    client.post(CHAT, json=asking("one more"))
    found = sealed(kept, 4)
    assert check(found, {3: earlier.root}).size == 4
    with pytest.raises(BadInput, match="first 3 exchanges"):
        check(found, {3: bytes(32)})
    with pytest.raises(BadInput, match="3 of 4"):
        check(found[:-1])
    with pytest.raises(BadInput, match="first 4 exchanges"):
        check([*found[:-2], found[-1], found[-2]])
    with pytest.raises(BadInput, match="5 of 4"):
        check([*found, found[-1]])
    other = bytearray(base64.b64decode(json.loads(found[2])["sealed"]))
    other[-1] ^= 1
    changed = json.dumps({"sealed": base64.b64encode(other).decode()}).encode()
    with pytest.raises(BadInput, match="first 4 exchanges"):
        check([*found[:2], changed, *found[3:]])
    with pytest.raises(BadInput, match="line 2"):
        check([found[0], b"{}"])
    assert earlier.digest != read_head(json.loads(found[0])).digest


def test_two_processes_write_one_log_under_one_key(client, host, clock, store, kept, tmp_path):
    with (
        serving(tmp_path / "gateway", host, clock) as second,
        httpx.Client(base_url=second, auth=Proving(issue(carried(GRANT), HOUSE), CLIENT, clock)) as other,
    ):
        for _ in range(3):
            for each in (client, other):
                assert each.post(CHAT, json=asking("a question")).status_code == 200
        found = sealed(kept, 6)
    assert check(found).size == len(told(found, kept.wrap(GRANT.id))) == 6


def test_where_no_keys_were_agreed_no_transcript_is_kept(client, kept, store):
    open_to_nobody = replace(AGREED, digest="sha256:" + "c" * 64, seals=())
    store.agree(open_to_nobody)
    grant = replace(GRANT, id="GRT-2", agreement=open_to_nobody.digest)
    store.take(say(grant, HOUSE), NOW)
    token = issue(carried(grant), HOUSE)
    client.auth = Proving(token, CLIENT, client.auth._clock)
    assert client.post(CHAT, json=asking("a question")).status_code == 200
    assert kept.kept() == {}


def test_no_call_is_let_in_whose_transcript_could_never_be_opened(client, host, kept, tmp_path, clock):
    client.post(CHAT, json=asking("a question"))
    sealed(kept, 1)
    wrap_of(tmp_path / "gateway" / "wraps", GRANT.id).unlink()
    with (
        serving(tmp_path / "gateway", host, clock) as again,
        httpx.Client(base_url=again, auth=client.auth) as other,
    ):
        answer = other.post(CHAT, json=asking("a question"))
    assert (answer.status_code, len(host.calls)) == (503, 1)
    assert "is gone" in answer.text


def test_calls_are_refused_while_transcripts_cannot_be_written_and_none_is_lost(client, host, kept, tmp_path, caplog):
    client.post(CHAT, json=asking("the first question"))
    sealed(kept, 1)
    with closing(sqlite3.connect(tmp_path / "gateway" / FILE)) as other:
        other.execute("alter table nodes rename to gone")
        with caplog.at_level(logging.ERROR):
            assert client.post(CHAT, json=asking("the second question")).status_code == 200
            assert eventually(lambda: "cannot keep transcripts" in caplog.text)
        assert client.post(CHAT, json=asking("the third question")).status_code == 503
        assert "question" not in caplog.text
        other.execute("alter table gone rename to nodes")
    assert eventually(lambda: client.post(CHAT, json=asking("the last question")).status_code == 200)
    asked = [each["asked"]["messages"][0]["content"] for each in told(sealed(kept, 3), kept.wrap(GRANT.id))]
    assert asked[:3] == ["the first question", "the second question", "the last question"]


def test_a_backup_holds_what_was_sealed_and_no_key_to_it(client, kept, store, tmp_path):
    client.post(CHAT, json=asking("a question"))
    found = sealed(kept, 1)
    files = list(back_up(tmp_path / "gateway", tmp_path / "yesterday"))
    assert sorted(tmp_path / "yesterday" / each.name for each in files) == sorted((tmp_path / "yesterday").iterdir())
    copy = Transcripts(tmp_path / "yesterday")
    assert list(lines(copy.head(GRANT.id, NOW), copy.all(copy.head(GRANT.id, NOW)))) == found
    with pytest.raises(Unavailable, match="is gone"):
        copy.wrap(GRANT.id)
    copy.close()
    again = Store(tmp_path / "yesterday")
    assert again.opened(GRANT.id, NOW).grant == GRANT
    again.close()
    with pytest.raises(Conflict):
        list(back_up(tmp_path / "gateway", tmp_path / "yesterday"))


@pytest.fixture
def run():
    def run(*words):
        answer = CliRunner().invoke(import_module("levee.cli.main").app, [str(word) for word in words])
        if answer.exception is not None and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    return run


def test_both_sides_get_at_their_transcripts_by_commands(run, client, address, kept, tmp_path, clock, monkeypatch):
    monkeypatch.setenv("LEVEE_GATEWAY_FOLDER", str(tmp_path / "gateway"))
    for number in range(2):
        client.post(CHAT, json=asking(f"question {number}"))
    sealed(kept, 2)
    (tmp_path / "developer.key").write_text(f"{'01' * 32}\n{DEVELOPER_OPENS}\n")
    (tmp_path / "stranger.key").write_text(f"{'01' * 32}\nAGE-SECRET-KEY-1\n")
    out, wrap = tmp_path / "sealed", tmp_path / "gateway" / "wraps" / "GRT-1.age"
    assert "2 exchanges, root" in run("gateway", "transcripts", "GRT-1", "--out", out)
    opening = ("frontier", "open", out, "--wrap", wrap, "--key")
    told = [json.loads(line) for line in run(*opening, tmp_path / "developer.key").splitlines() if line[:1] == "{"]
    assert [each["asked"]["messages"][0]["content"] for each in told] == ["question 0", "question 1"]
    run(*opening, tmp_path / "developer.key", "--out", tmp_path / "plain")
    assert [json.loads(line) for line in (tmp_path / "plain").read_text().splitlines()] == told
    with pytest.raises(BadInput, match="no key to open with"):
        run(*opening, tmp_path / "stranger.key")
    with pytest.raises(BadInput, match="first 1 exchanges"):
        run(*opening, tmp_path / "developer.key", "--head", "1:" + "0" * 64)


def test_a_gateway_that_stops_seals_what_waits(store, host, clock, kept, tmp_path):
    with (
        serving(tmp_path / "gateway", host, clock) as address,
        httpx.Client(base_url=address, auth=Proving(issue(carried(GRANT), HOUSE), CLIENT, clock)) as client,
    ):
        assert client.post(CHAT, json=asking("the last question")).status_code == 200
    head = kept.head(GRANT.id, NOW)
    (found,) = told(lines(head, kept.all(head)), kept.wrap(GRANT.id))
    assert found["asked"]["messages"][0]["content"] == "the last question"
