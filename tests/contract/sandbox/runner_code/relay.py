"""Handlers for the tests: one relays a run to the runner's sandbox; the others behave like a runner that was taken."""

import os
import sys
import time

from levee.platform.sandbox.port import Canary, Limits, Run


def relay(header, attachments, sandbox):
    canary = Canary(path=header["canary"]) if header["canary"] else None
    plain = {"argv": tuple(header["argv"]), "collect": tuple(header["collect"]), "canary": canary}
    plain |= {"listen_ports": tuple(header["listen_ports"]), "limits": Limits(**header["limits"])}
    plain |= {name: header[name] for name in ("environment", "executable_work", "watch_programs")}
    files = {name.removeprefix("/"): data for name, data in attachments.items() if name.startswith("/")}
    outcome = sandbox.run(Run(files=files, stdin=attachments["stdin"], **plain))
    told = {name: getattr(outcome, name) for name in ("exit", "signal", "canary_observed", "execs")}
    told |= {name: getattr(outcome, name) for name in ("cpu_seconds", "wall_seconds", "peak_memory")}
    told["hits"] = [str(hit) for hit in outcome.hits]
    told["canary"] = [list(one.arguments) for one in outcome.canary]
    told["connections"] = [[one.port, one.first_bytes.hex()] for one in outcome.connections]
    streams = {"stdout": outcome.stdout, "stderr": outcome.stderr, "facts": outcome.facts}
    return told, streams | {f"/{name}": data for name, data in outcome.files.items()}


def echo(header, attachments, _sandbox):
    return header, attachments


def crash(_header, _attachments, _sandbox):
    os.abort()


def hang(_header, _attachments, _sandbox):
    time.sleep(600)


def fail(_header, attachments, _sandbox):
    raise ValueError(attachments["secret"].decode())


def chatter(_header, _attachments, _sandbox):
    sys.stdout.write("x" * 1_000_000)
    sys.stdout.flush()
    os.write(2, b"y" * 1_000_000)
    return {}, {}


def too_much(_header, _attachments, _sandbox):
    return {}, {"answer": bytes(8 << 20)}


def swallow(_header, _attachments, _sandbox):
    return {"size": len(bytearray(os.urandom(1 << 20)) * 4096)}, {}


def multiply(_header, _attachments, _sandbox):
    """At most 2,000 processes that sleep for a moment."""
    count = 0
    while count < 2000 and (child := os.fork()):
        count += child > 0
    if count == 2000:
        return {"count": count}, {}
    time.sleep(5)
    os._exit(0)


def garbage(_header, attachments, _sandbox):
    """Writes bytes of its own choice to the dispatcher's pipe, wherever that is."""
    for descriptor in range(3, 30):
        try:
            os.write(descriptor, attachments["bytes"])
        except OSError:
            continue
    os._exit(0)
