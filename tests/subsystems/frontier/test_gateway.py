"""The gateway over real sockets: it opens what was granted, passes on no more, and tells nobody what was said."""

import asyncio
import json
import logging
import socket
import ssl
import threading
import time
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from levee.frontier.gateway.app import Gateway
from levee.frontier.gateway.client import Proving
from levee.frontier.gateway.serving import server
from levee.frontier.gateway.upstream import Upstream
from levee.frontier.statements import Operation, Scope, say
from levee.frontier.tokens import Call, Proof, issue, prove
from levee.kernel.errors import UnsafeSetup
from support.gateway import CLIENT, GRANT, HOUSE, NOW, STRANGER, carried, eventually, granted, withdrawn
from support.model_host import chat, endless, responses
from support.serving import serving

CHAT = "/v1/chat/completions"
SECRET = "a phrase of the prompt that nobody may find"


def asking(text=SECRET, **more):
    return {"model": "model-a", "messages": [{"role": "user", "content": text}], **more}


def events(response):
    return [line[6:] for line in response.text.splitlines() if line.startswith("data: ")]


def spent(store):
    return next(each.spent for each in store.uses(NOW))


def settled(store):
    while store._all("select * from reservations"):
        time.sleep(0.01)
    return spent(store)


def test_a_chat_is_answered_whole_under_the_handle_with_the_gateways_own_count(client, host, store):
    host.script = chat("hello ", "world", usage=10**6)
    answer = client.post(CHAT, json=asking(max_tokens=50)).json()
    assert answer["choices"] == [
        {"index": 0, "message": {"role": "assistant", "content": "hello world"}, "finish_reason": "stop"}
    ]
    sent = host.calls[0]
    assert sent["model"] == "secret-name"
    assert sent["stream"] is True
    assert host.headers[0]["authorization"] == "bearer secret-key"
    assert answer["usage"]["completion_tokens"] == 3
    assert settled(store) == answer["usage"]["total_tokens"]
    assert "secret" not in json.dumps(answer)


def test_a_chat_streams_and_ends_with_the_count(client, host, store):
    host.script = chat("hello ", "world", usage=10**6)
    found = events(client.post(CHAT, json=asking(stream=True, stream_options={"include_usage": True})))
    assert found[-1] == "[DONE]"
    told = [json.loads(each) for each in found[:-1]]
    first, *words, last = [each["choices"][0]["delta"].get("content") for each in told[:-1]]
    assert (first, "".join(words), last) == ("", "hello world", None)
    assert told[-2]["choices"][0]["finish_reason"] == "stop"
    assert told[-1]["usage"]["total_tokens"] == settled(store)


def test_functions_are_called_by_the_client_and_no_other_tool_is_passed_on(client, host):
    call = {"index": 0, "id": "x", "function": {"name": "look", "arguments": '{"a'}}
    more = {"index": 0, "function": {"arguments": '":1}'}}
    deltas = [{"tool_calls": [call]}, {"tool_calls": [more]}]
    chunks = [b"data: " + json.dumps({"choices": [{"delta": each}]}).encode() + b"\n\n" for each in deltas]
    host.script = [*chunks, *chat(finish="tool_calls")]
    tools = [{"type": "function", "function": {"name": "look", "parameters": {}}}]
    (choice,) = client.post(CHAT, json=asking(tools=tools)).json()["choices"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["tool_calls"][0]["function"] == {"name": "look", "arguments": '{"a":1}'}
    assert client.post(CHAT, json=asking(tools=[{"type": "web_search"}])).status_code == 400
    assert len(host.calls) == 1


@pytest.mark.parametrize("streaming", [False, True])
def test_a_response_is_answered_and_never_kept(client, host, store, streaming):
    host.script = responses("hello ", "world", call=("look", '{"a', '":1}'))
    answer = client.post("/v1/responses", json={"model": "model-a", "input": SECRET, "stream": streaming})
    assert host.headers[0]["path"] == "/v1/responses"
    assert host.calls[0]["store"] is False
    whole = json.loads(events(answer)[-1])["response"] if streaming else answer.json()
    assert whole["status"] == "completed"
    message, call = whole["output"]
    assert message["content"][0]["text"] == "hello world"
    assert (call["name"], call["arguments"]) == ("look", '{"a":1}')
    assert whole["usage"]["total_tokens"] == settled(store)
    if streaming:
        told = [json.loads(each) for each in events(answer)]
        assert [each["sequence_number"] for each in told] == list(range(len(told)))
        assert "".join(each["delta"] for each in told if each["type"] == "response.output_text.delta") == "hello world"
    assert "secret-id" not in answer.text


def refused(answer):
    """What a refusal is to whoever gets it: all of it but the time."""
    return answer.status_code, answer.content, {name: value for name, value in answer.headers.items() if name != "date"}


def test_whatever_is_not_granted_is_refused_alike_and_goes_nowhere(address, client, host, clock, store):
    token = issue(carried(GRANT), HOUSE)
    body = json.dumps(asking()).encode()

    def shown(token=token, key=CLIENT, path=CHAT, content=body, off=0):
        proof = Proof(time=NOW + off, nonce="0" * 32)
        header = prove(Call(method="POST", path=path, body=body), token, key, proof)
        headers = {"authorization": f"Bearer {token}", "levee-proof": header}
        return httpx.post(address + CHAT, content=content, headers=headers)

    nobody = refused(httpx.post(address + CHAT, json=asking()))
    assert nobody[0] == 401
    only_responses = carried(GRANT, operations=frozenset({Operation.RESPONSES}))
    tries = {
        "a token without proof": httpx.post(
            address + CHAT, json=asking(), headers={"authorization": f"Bearer {token}"}
        ),
        "another client's key": shown(key=STRANGER),
        "a proof of another path": shown(path="/v1/responses"),
        "a proof of another body": shown(content=body + b" "),
        "a clock too far off": shown(off=301),
        "an expired token": shown(issue(carried(GRANT, expires=NOW), HOUSE)),
        "a stranger's token": shown(issue(carried(GRANT), STRANGER)),
        "more than the grant": shown(issue(carried(GRANT, expires=GRANT.expires + 1), HOUSE)),
        "another purpose": shown(issue(carried(GRANT, purpose="training"), HOUSE)),
        "an unknown grant": shown(issue(carried(GRANT, grant="GRT-9"), HOUSE)),
        "another operation": shown(issue(only_responses, HOUSE)),
        "another model": client.post(CHAT, json=asking(model="model-b")),
        "another path": client.post("/v1/embeddings", json={}),
        "reading": client.get(CHAT),
        "a query": client.post(CHAT + "?a=b", json=asking()),
    }
    assert {name: refused(answer) for name, answer in tries.items()} == dict.fromkeys(tries, nobody)
    assert shown().status_code == 200
    assert refused(shown()) == nobody, "a replay"
    store.withdraw(Scope.GRANT, GRANT.id)
    assert refused(client.post(CHAT, json=asking())) == nobody, "a withdrawn grant"
    assert len(host.calls) == 1


def test_a_token_ends_with_its_second_and_a_silent_house_ends_all(client, clock, store):
    clock.advance(timedelta(seconds=3599))
    assert client.post(CHAT, json=asking()).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert client.post(CHAT, json=asking()).status_code == 401
    store.take(say(replace(GRANT, number=2, made_at=NOW + 3600, stale_after=NOW + 7200), HOUSE), NOW + 3600)
    assert client.post(CHAT, json=asking()).status_code == 200


@pytest.mark.parametrize(
    ("call", "place"),
    [
        (asking(store=True), "/store"),
        (asking(n=2), "/n"),
        (asking(n=[1]), "/n"),
        (asking(tool_choice={"type": "web_search"}), "/tool_choice"),
        (asking(tool_choice={"type": "function", "function": {"name": "f"}, "server_url": "http://x"}), "/tool_choice"),
        (asking(tool_choice="search"), "/tool_choice"),
        (asking(tools=[{"type": "function", "function": {"name": "f"}, "server_url": "http://x"}]), "/tools"),
        (asking(tools=[{"type": "function", "function": {"name": "f", "url": "http://x"}}]), "/tools"),
        (asking(text=[{"type": "text", "text": "x", "image_url": {"url": "http://elsewhere"}}]), "/messages"),
        (asking(messages=[{"role": "assistant", "audio": {"id": "kept"}}]), "/messages"),
        (asking(messages=[{"role": "assistant", "tool_calls": [{"id": "1", "custom": {"input": "x"}}]}]), "/messages"),
        (asking(user="me"), "/user"),
        (asking(max_tokens=0), "/max_tokens"),
        (asking(text=[{"type": "image_url", "image_url": {"url": "http://elsewhere"}}]), "/messages"),
        (asking(text={"type": "text"}), "/messages"),
        ({"model": "model-a"}, "/messages"),
        ([], "/"),
        ({**asking(), "metadata\n" + SECRET: 1}, "/…"),
    ],
)
def test_what_is_not_passed_on_names_its_place_and_never_repeats_what_was_said(client, host, call, place):
    answer = client.post(CHAT, json=call)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, place)
    assert SECRET not in answer.text
    assert host.calls == []


RESULT = {"type": "function_call_output", "call_id": "c"}


@pytest.mark.parametrize(
    "item",
    [
        {"id": "msg_kept_by_the_host"},
        {"type": "message", "id": "msg_kept_by_the_host", "role": "user"},
        {"type": "item_reference", "id": "kept"},
        {"type": ["message"], "role": "user", "content": "x"},
        {"role": "user", "content": [{"type": "input_text", "text": "x", "file_id": "kept"}]},
        {**RESULT, "output": [{"type": "input_image", "image_url": "http://elsewhere"}]},
        {**RESULT, "output": "x", "output_url": "http://elsewhere"},
    ],
)
def test_no_item_of_a_response_makes_the_host_fetch_anything(client, host, item):
    answer = client.post("/v1/responses", json={"model": "model-a", "input": [item]})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "/input")
    assert host.calls == []


def test_what_a_model_answered_can_be_said_to_it_again(client, host):
    host.script = responses("hello ", "world", call=("look", '{"a":1}'))
    tools = {"tools": [{"type": "function", "name": "look", "parameters": {"type": "object"}}]}
    asked = {"model": "model-a", **tools, "tool_choice": {"type": "function", "name": "look"}}
    said = client.post("/v1/responses", json={**asked, "input": SECRET}).json()["output"]
    talk = [{"role": "user", "content": SECRET}, *said, {**RESULT, "output": "seen"}]
    assert client.post("/v1/responses", json={**asked, "input": talk}).status_code == 200
    assert host.calls[-1]["input"] == talk
    call = {"id": "1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    talk = [
        {"role": "user", "content": [{"type": "text", "text": "x"}]},
        {"role": "assistant", "content": None, "audio": None, "reasoning_content": "so", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "seen"},
    ]
    host.script = chat("done")
    chosen = {"type": "function", "function": {"name": "look"}}
    tools = [{"type": "function", "function": {"name": "look", "description": "", "parameters": {}}}]
    assert client.post(CHAT, json=asking(messages=talk, tools=tools, tool_choice=chosen)).status_code == 200


def test_ten_megabytes_are_refused_before_anything_is_counted(client, host, store):
    try:
        status = client.post(CHAT, json=asking("x" * 10_000_000)).status_code
    except httpx.WriteError:  # it may hang up while we still send
        status = 413
    assert status == 413
    assert host.calls == []
    assert spent(store) == 0


def test_a_call_that_may_cost_more_than_is_left_is_refused_and_a_smaller_one_is_not(client, store):
    store.take(say(replace(GRANT, number=2, tokens=500), HOUSE), NOW)
    answer = client.post(CHAT, json=asking(max_tokens=500))
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "insufficient_quota")
    assert client.post(CHAT, json=asking(max_tokens=50)).status_code == 200


def test_calls_over_the_rate_are_refused(client, store):
    store.take(say(replace(GRANT, number=2, calls=2), HOUSE), NOW)
    codes = [client.post(CHAT, json=asking()).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


@pytest.mark.parametrize("streaming", [False, True])
def test_a_host_that_says_more_than_was_asked_for_is_cut_at_the_limit(client, host, store, streaming):
    host.script = endless("four")
    answer = client.post(CHAT, json=asking(max_tokens=5, stream=streaming))
    text = "".join(json.loads(each)["choices"][0]["delta"].get("content", "") for each in events(answer)[:-1])
    whole = text if streaming else answer.json()["choices"][0]["message"]["content"]
    assert whole == "four" * 5
    assert '"finish_reason":"length"' in answer.text
    total = settled(store)
    assert total == spent(store)
    assert eventually(lambda: host.left == 1)


async def silent(_):
    yield b""[:0] or b": still here\n\n"
    await asyncio.sleep(5)


def flood(data):
    async def script(_):
        while True:
            yield data

    return script


BAD = b"data: " + SECRET.encode() + b"\n\n"


@pytest.mark.parametrize(
    "script",
    [
        [BAD],
        [b"data: " + b"[" * 5000 + b"\n\n"],
        [b"x" * (2 << 20)],
        [b'data: {"choices": 1}\n\n'],
        [b"data: [DONE]\n\n"],
        chat("half")[:2],
        silent,
        flood(b": still here\n\n" * 1000),
        flood(b'data: {"choices": []}\n\n' * 1000),
        flood(bytes(range(256)) * 40),
    ],
    ids=[
        "no JSON",
        "too deep",
        "no events",
        "another shape",
        "nothing",
        "half an answer",
        "silence",
        "remarks without end",
        "events that say nothing without end",
        "bytes without end",
    ],
)
@pytest.mark.parametrize("streaming", [False, True])
def test_a_host_that_fails_is_told_in_words_of_the_gateways_own(client, host, store, script, streaming, caplog):
    host.script = script
    with caplog.at_level(logging.DEBUG):
        answer = client.post(CHAT, json=asking(stream=streaming))
    begun = streaming and script == chat("half")[:2]
    assert answer.status_code == (200 if begun else 502)
    assert "upstream.failed" in answer.text
    assert "secret" not in answer.text
    assert SECRET not in answer.text + caplog.text
    assert settled(store) < 300


def test_words_are_passed_on_as_they_come_and_not_at_the_end(client, host):
    heard = asyncio.Event()

    async def script(_):
        first, *rest = chat("first ", "second")[1:]
        yield first
        await heard.wait()
        for each in rest:
            yield each

    host.script = script
    with client.stream("POST", CHAT, json=asking(stream=True)) as answer:
        parts = answer.iter_text()
        assert "first " in next(parts)
        host._loop.call_soon_threadsafe(heard.set)
        assert "second" in "".join(parts)


def test_a_host_that_breaks_off_after_its_last_word_is_told_after_that_word(client, host):
    host.script = chat("all of it")[:3]
    assert '"finish_reason":"stop"' in client.post(CHAT, json=asking(stream=True)).text

    async def broken(_):
        for each in host_said:
            yield each
        raise ConnectionResetError

    host_said, host.script = chat("half")[:2], broken
    text = client.post(CHAT, json=asking(stream=True)).text
    assert text.index("half") < text.index("upstream.failed")


def test_an_error_of_the_host_is_not_passed_on(client, host):
    host.status, host.script = 400, [b'{"error": "secret-name does not know ' + SECRET.encode() + b'"}']
    answer = client.post(CHAT, json=asking())
    assert answer.status_code == 502
    assert "secret" not in answer.text


def test_a_host_that_is_not_there_costs_nothing(client, host, store):
    host._on_loop(_closed(host))
    assert client.post(CHAT, json=asking()).status_code == 502
    assert settled(store) == 0


async def _closed(host):
    host._server.close()


def test_no_prompt_and_no_answer_is_in_any_log_or_file(client, host, tmp_path, caplog):
    host.script = chat("an answer that nobody may find")
    with caplog.at_level(logging.INFO):
        assert client.post(CHAT, json=asking(stream=True)).status_code == 200
        client.post(CHAT, content=b"{" + SECRET.encode())
        assert eventually(lambda: "whole tokens=" in caplog.text)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "gateway").rglob("*") if path.is_file())
    for said in (SECRET, "an answer that nobody"):
        assert said not in caplog.text
        assert said.encode() not in kept


def test_a_client_that_leaves_pays_what_it_got_and_the_host_is_left(client, host, store):
    host.script = endless()
    with client.stream("POST", CHAT, json=asking(stream=True)) as answer:
        next(answer.iter_raw())
    assert eventually(lambda: host.left == 1)
    assert 0 < settled(store) < 4096


@pytest.mark.parametrize("how", ["the developer", "the evaluator", "expiry"])
@pytest.mark.parametrize("scope", [(Scope.GRANT, "GRT-1"), (Scope.MODEL, "model-a"), (Scope.ALL, "")], ids=list(Scope))
def test_a_withdrawal_resets_what_streams_and_leaves_the_host(address, client, host, store, clock, how, scope):
    host.script = endless()
    seen, ended = [], []

    def read():
        for _ in answer.iter_raw():
            seen.append(time.monotonic())
            if len(seen) == 20:
                end_it(how, scope, store, address, clock)
                ended.append(time.monotonic())

    call = client.stream("POST", CHAT, json=asking(stream=True, max_tokens=50_000))
    with call as answer, pytest.raises(httpx.ReadError) as broken:
        read()
    assert "reset" in str(broken.value)
    assert max(seen[20:], default=0) < ended[0] + 0.1
    assert eventually(lambda: host.left == 1)
    assert client.post(CHAT, json=asking()).status_code == 401


def end_it(how, scope, store, address, clock):
    if how == "the developer":
        store.withdraw(*scope)
    elif how == "the evaluator":
        assert httpx.post(f"{address}/statements", content=say(withdrawn(*scope), HOUSE)).status_code == 204
    else:
        clock.advance(timedelta(seconds=3600))


def test_what_streams_ends_with_its_token(address, host, clock):
    host.script = endless()
    short = issue(carried(GRANT, expires=NOW + 60), HOUSE)
    with httpx.Client(base_url=address, auth=Proving(short, CLIENT, clock)) as client:
        with client.stream("POST", CHAT, json=asking(stream=True)) as answer:
            parts = answer.iter_raw()
            next(parts)
            clock.advance(timedelta(seconds=60))
            with pytest.raises(httpx.ReadError):
                list(parts)
        assert client.post(CHAT, json=asking()).status_code == 401


def test_over_tls_as_well_a_withdrawal_cuts_what_streams(store, host, clock, certificate, tmp_path):
    host.script = endless()
    trusting = ssl.create_default_context(cafile=certificate)
    auth = Proving(issue(carried(GRANT), HOUSE), CLIENT, clock)
    with (
        serving(tmp_path / "gateway", host, clock, certificate=certificate) as address,
        httpx.Client(base_url=address.replace("http:", "https:"), auth=auth, verify=trusting) as client,
        client.stream("POST", CHAT, json=asking(stream=True)) as answer,
    ):
        parts = answer.iter_raw()
        next(parts)
        store.withdraw(Scope.GRANT, GRANT.id)
        with pytest.raises(httpx.TransportError):  # Python's TLS tells a reset as an end
            list(parts)
        assert eventually(lambda: host.left == 1)


def test_a_withdrawal_ends_a_call_that_waits_for_its_whole_answer(client, host, store):
    host.script = endless()
    threading.Timer(0.2, store.withdraw, (Scope.ALL, "")).start()
    with pytest.raises(httpx.ReadError):
        client.post(CHAT, json=asking(max_tokens=60_000))
    assert eventually(lambda: host.left == 1)


def test_a_client_that_does_not_read_is_cut_as_well(address, clock, host, store):
    host.script = endless("word " * 2000, every=0)
    body = json.dumps(asking(stream=True, max_tokens=60_000)).encode()
    token = issue(carried(GRANT), HOUSE)
    header = prove(Call(method="POST", path=CHAT, body=body), token, CLIENT, Proof(time=NOW, nonce="1" * 32))
    with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1]))) as deaf:
        head = f"POST {CHAT} HTTP/1.1\r\nhost: g\r\nauthorization: Bearer {token}\r\nlevee-proof: {header}\r\n"
        deaf.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        assert eventually(lambda: host.calls)
        time.sleep(0.3)
        store.withdraw(Scope.GRANT, GRANT.id)
        assert eventually(lambda: host.left == 1)


def test_two_processes_of_one_folder_share_budget_and_withdrawal(client, host, clock, store, tmp_path):
    token = issue(carried(GRANT), HOUSE)
    with (
        serving(tmp_path / "gateway", host, clock) as second,
        httpx.Client(base_url=second, auth=Proving(token, CLIENT, clock)) as other,
    ):
        assert [each.post(CHAT, json=asking()).status_code for each in (client, other)] == [200, 200]
        assert len(host.calls) == 2
        store.withdraw(Scope.MODEL, "model-a")
        assert [each.post(CHAT, json=asking()).status_code for each in (client, other)] == [401, 401]


DAWDLING = ("nothing", "half a head", "a head, a byte at a time", "half a body", "a stranger's body, a byte at a time")


@pytest.mark.parametrize("what", DAWDLING)
def test_a_caller_that_dawdles_is_cut_and_holds_up_nobody(store, host, clock, tmp_path, what):
    token, body = issue(carried(GRANT), HOUSE), json.dumps(asking("x" * 300)).encode()
    header = prove(Call(method="POST", path=CHAT, body=body), token, CLIENT, Proof(time=NOW, nonce="1" * 32))
    head = f"POST {CHAT} HTTP/1.1\r\nhost: g\r\nauthorization: Bearer {token}\r\nlevee-proof: {header}\r\n"
    whole = f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
    with (
        serving(tmp_path / "gateway", host, clock, slowest=0.3) as address,
        httpx.Client(base_url=address, auth=Proving(token, CLIENT, clock)) as other,
        socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1]))) as slow,
    ):
        slow.settimeout(0.05)
        strangers = f"POST {CHAT} HTTP/1.1\r\nhost: g\r\ncontent-length: 100000\r\n\r\n".encode()
        slow.sendall({DAWDLING[1]: whole[:40], DAWDLING[3]: whole[:-200], DAWDLING[4]: strangers}.get(what, b""))
        drops = iter({DAWDLING[2]: whole[:60], DAWDLING[3]: b" " * 90, DAWDLING[4]: b" " * 1000}.get(what, b""))
        assert eventually(lambda: dawdled(slow, drops))
        assert other.post(CHAT, json=asking()).status_code == 200
    assert len(host.calls) == 1


def dawdled(slow, drops):
    """Say one byte more; whether the other side has closed."""
    try:
        slow.sendall(bytes([drop]) if (drop := next(drops, None)) is not None else b"")
        while answer := slow.recv(4096):
            assert b"choices" not in answer
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def test_who_reads_slowly_but_asked_in_time_is_not_cut(store, host, clock, tmp_path):
    host.script = chat(*["word "] * 8)
    with (
        serving(tmp_path / "gateway", host, clock, slowest=0.1) as address,
        httpx.Client(base_url=address, auth=Proving(issue(carried(GRANT), HOUSE), CLIENT, clock)) as client,
    ):
        for _ in range(2):
            with client.stream("POST", CHAT, json=asking(stream=True)) as answer:
                time.sleep(0.2)
                assert "word word" in "".join(
                    json.loads(each)["choices"][0]["delta"].get("content") or ""
                    for each in answer.read().decode().replace("data: [DONE]", "").split("data: ")
                    if each.strip()
                )
            time.sleep(0.2)


def test_statements_come_by_a_path_of_their_own_and_strangers_ones_are_refused_alike(address, client, store):
    nobody = refused(httpx.post(address + CHAT, json=asking()))
    for envelope in (b"", b"{}", say(withdrawn(), STRANGER), b"x" * 70_000):
        answer = refused(httpx.post(f"{address}/statements", content=envelope))
        assert answer == nobody or answer[0] == 413
    assert client.post(CHAT, json=asking()).status_code == 200


def test_what_opens_is_taken_on_the_developers_host_alone_whoever_signed_it(address, client, store):
    nobody = refused(httpx.post(address + CHAT, json=asking()))
    for grant in (granted(id="GRT-2"), granted(number=2, tokens=10**8)):
        assert refused(httpx.post(f"{address}/statements", content=say(grant, HOUSE))) == nobody
    assert [(use.grant.id, use.grant.tokens) for use in store.uses(NOW)] == [(GRANT.id, GRANT.tokens)]


def test_a_gateway_that_cannot_look_cuts_everything(client, host, store):
    host.script = endless()
    with client.stream("POST", CHAT, json=asking(stream=True)) as answer:
        parts = answer.iter_raw()
        next(parts)
        store._all("drop view holding")
        with pytest.raises(httpx.ReadError):
            list(parts)


def test_other_machines_are_not_spoken_to_in_the_clear(tmp_path, host, clock):
    with pytest.raises(UnsafeSetup, match="without TLS"):
        server(Gateway(tmp_path / "gateway", Upstream(host.address, ""), clock), "0.0.0.0", 0)  # noqa: S104
