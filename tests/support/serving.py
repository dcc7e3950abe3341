"""Gateways that serve from a thread of the test."""

import threading
import time
from contextlib import contextmanager

from levee.frontier.gateway.app import Gateway
from levee.frontier.gateway.serving import server
from levee.frontier.gateway.upstream import Upstream


@contextmanager
def serving(folder, host, clock, *, slowest=30.0, **more):
    gateway = Gateway(folder, Upstream(host.address, "secret-key", silence=0.5), clock, slowest=slowest)
    served = server(gateway, "127.0.0.1", 0, **more)
    thread = threading.Thread(target=served.run)
    thread.start()
    while not served.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{served.servers[0].sockets[0].getsockname()[1]}"
    finally:
        served.should_exit = True
        thread.join()
