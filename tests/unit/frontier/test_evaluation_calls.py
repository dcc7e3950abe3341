"""What the evaluator's side makes of a gateway's answers, over real sockets; the gateway is not believed."""

import asyncio
import json
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from levee.frontier.envelopes import name_of
from levee.frontier.evaluations.calling import PAUSES, Caller, Over
from levee.frontier.evaluations.types import Ended
from levee.frontier.gateway.app import Gateway
from levee.frontier.gateway.client import Proving
from levee.frontier.gateway.serving import server
from levee.frontier.gateway.store import Agreement, Store
from levee.frontier.gateway.upstream import Upstream
from levee.frontier.statements import Scope, say
from levee.frontier.tokens import issue
from levee.kernel.clock import SimulatedClock
from support.gateway import CLIENT, HOUSE, NOW, carried, granted
from support.model_host import ModelHost, chat

BODY = {"model": "model-a", "messages": [{"role": "user", "content": "a task"}], "max_tokens": 20}


class Asking:
    """One client, which waits by moving the clock."""

    def __init__(self, address, clock=None, token=""):
        self.address, self.clock, self.token = address, clock, token
        self.waited, self.lost = [], []

    def __call__(self, body=BODY):
        return asyncio.run(self._ask(body))

    async def _ask(self, body):
        auth = Proving(self.token, CLIENT, self.clock) if self.token else None
        async with httpx.AsyncClient(base_url=self.address, auth=auth, trust_env=False) as client:
            return await Caller(client, self._wait).chat(body, self.lost.append)

    async def _wait(self, seconds):
        self.waited.append(seconds)
        if self.clock is not None:
            self.clock.advance(timedelta(seconds=seconds))


@pytest.fixture
def host():
    host = ModelHost()
    yield host
    host.stop()


@contextmanager
def asking(folder, host, **more):
    """A client of a real gateway with a grant, and the gateway's store."""
    clock, grant, store = SimulatedClock(datetime.fromtimestamp(NOW, UTC)), granted(**more), Store(folder)
    store.trust(name_of(HOUSE.public_key()))
    store.agree(Agreement(digest=grant.agreement, model="model-a", upstream="there", ends=NOW + 10**7, tokens=10**9))
    store.take(say(grant, HOUSE), NOW)
    served = server(Gateway(folder, Upstream(host.address, "key", silence=0.5), clock), "127.0.0.1", 0)
    thread = threading.Thread(target=served.run)
    thread.start()
    while not served.started:
        time.sleep(0.01)
    address = f"http://127.0.0.1:{served.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield Asking(address, clock, issue(carried(grant), HOUSE)), store
    finally:
        served.should_exit = True
        thread.join()
        store.close()


def ended(ask, **more):
    with pytest.raises(Over) as caught:
        ask({**BODY, **more})
    return caught.value.ended


def test_an_answer_is_counted_as_the_gateway_counts_it(tmp_path, host):
    host.script = chat("hello ", "world")
    with asking(tmp_path / "gateway", host, tokens=1000) as (ask, store):
        answered = ask()
        while store._all("select * from reservations"):
            time.sleep(0.01)
        (use,) = store.uses(NOW)
    assert (answered.text, answered.finish, answered.came_in) == ("hello world", "stop", 3)
    assert abs(answered.went_out + answered.came_in - use.spent) < 12, "the host's own name of the model, and options"


def test_more_calls_a_minute_than_were_granted_wait_for_their_turn(tmp_path, host):
    with asking(tmp_path / "gateway", host, calls=1, tokens=10_000) as (ask, _):
        ask()
        assert ask.waited == []
        assert ask().text == "hello"
        assert sum(ask.waited) >= 60


def test_a_budget_that_is_used_up_and_a_withdrawal_end_the_evaluation_each_by_its_name(tmp_path, host):
    with asking(tmp_path / "gateway", host, tokens=100) as (ask, store):
        assert ended(ask, max_tokens=200) is Ended.SPENT
        store.withdraw(Scope.GRANT, "GRT-1")
        assert ended(ask) is Ended.REFUSED
    assert ask.waited == []


def test_what_the_gateway_does_not_take_is_said_with_its_words(tmp_path, host):
    with asking(tmp_path / "gateway", host) as (ask, _), pytest.raises(Over, match="not passed on"):
        ask({**BODY, "metadata": {}})


def test_a_host_that_fails_is_asked_again_and_what_was_lost_is_counted(tmp_path, host):
    host.status = 500
    with asking(tmp_path / "gateway", host, tokens=10_000) as (ask, _):
        assert ended(ask) is Ended.UNREACHED
    assert ask.waited == list(PAUSES)
    assert len(ask.lost) == len(PAUSES) + 1
    assert min(ask.lost) > 0


def test_nobody_there_is_told_after_some_tries():
    ask = Asking("http://127.0.0.1:1")
    assert ended(ask) is Ended.UNREACHED


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": 7}}]}',
        json.dumps({"choices": [{"message": {"content": "word " * 100}}]}).encode(),
        b'{"choices": [{"message": {"tool_calls": [{"id": 1}]}}]}',
        b"[" * (9 << 20),
        b'{"more": %s, "choices": []}' % (b"[" * 10**6 + b"]" * 10**6),
        b'{"choices": [{"message": {"content": "half a character: \\ud800"}}]}',
    ],
)
def test_a_gateway_that_answers_otherwise_than_asked_ends_the_evaluation(host, answer):
    host.script = [answer]
    assert ended(Asking(host.address.removesuffix("/v1"))) is Ended.FAILED
