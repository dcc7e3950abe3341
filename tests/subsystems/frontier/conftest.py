"""A gateway that serves over real sockets in front of a scripted host, and seals what passes to both sides."""

from datetime import UTC, datetime

import httpx
import pytest

from levee.frontier.envelopes import name_of
from levee.frontier.gateway.client import Proving
from levee.frontier.gateway.store import Store
from levee.frontier.statements import say
from levee.frontier.tokens import issue
from levee.kernel.clock import SimulatedClock
from support.gateway import AGREED, CLIENT, GRANT, HOUSE, NOW, carried
from support.model_host import ModelHost
from support.serving import serving


@pytest.fixture
def host():
    host = ModelHost()
    yield host
    host.stop()


@pytest.fixture
def clock():
    return SimulatedClock(datetime.fromtimestamp(NOW, UTC))


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "gateway")
    store.trust(name_of(HOUSE.public_key()))
    store.agree(AGREED)
    store.take(say(GRANT, HOUSE), NOW)
    yield store
    store.close()


@pytest.fixture
def address(store, host, clock, tmp_path):
    with serving(tmp_path / "gateway", host, clock) as address:
        yield address


@pytest.fixture
def client(address, clock):
    with httpx.Client(base_url=address, auth=Proving(issue(carried(GRANT), HOUSE), CLIENT, clock)) as client:
        yield client
