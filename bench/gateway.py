"""What the gateway costs, how soon it cuts, and whether racing calls overdraw; run as `script/bench gateway [CALLS]`.

*added* is the time of a call through the gateway less that of the same call to the host itself, in milliseconds, one
call at a time with a prompt of 8 kB, at the median and the 99th percentile; calls to all take turns. Every exchange is
sealed to two keys. LiteLLM's proxy is the peer, in the same turns, where it installs: it checks a key and forwards.

*cut* is how long after a withdrawal was on the disk the last byte came, over rounds of a hundred streams, read by a
client in a process of its own while the host says a word each millisecond as far as this machine lets it; *host_left*
is when the host saw its last connection closed. *racing* is what so many calls of eight processes reserved together,
and what the budget was. *cpu_ms* is the gateway's own time a call, which other work on the machine does not stretch.

Prints one JSON line. The host is a script: no figure here is of a model.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from _cpu import used
from _litellm import KEY, Peer, litellm
from levee.frontier.envelopes import name_of
from levee.frontier.gateway.client import Proving
from levee.frontier.gateway.store import FILE, Agreement, Refusal, Store
from levee.frontier.gateway.transcripts import Transcripts
from levee.frontier.seals import new_pair
from levee.frontier.statements import Grant, Operation, Scope, say
from levee.frontier.tokens import Call, Capability, Proof, issue, prove

HOUSE, CLIENT = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
DIGEST = "sha256:" + "a" * 64
CHAT = "/v1/chat/completions"
PROMPT = "x" * 8192
TURNS, WARM, STREAMS, ROUNDS, RACERS = 1000, 50, 100, 10, 8
LATE = 0.1


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A gateway and its host, both running."""

    folder: Path
    host: subprocess.Popen[str]
    host_port: int
    gateway: subprocess.Popen[bytes]
    port: int


def main(words: Sequence[str]) -> None:
    """Measure everything, or be the client or a racer of a measurement."""
    match words:
        case ["reading", port, number]:
            print(json.dumps(asyncio.run(reading(int(port), int(number)))))
        case ["racing", folder, calls]:
            print(race(Path(folder), int(calls)))
        case _:
            calls = int(words[0]) if words else 100_000
            with running() as bench, litellm(bench.host_port, free_port()) as peer:
                process = Path(f"/proc/{bench.gateway.pid}")
                before = used(process)
                found = {
                    "added": added(bench, peer),
                    "cpu_ms": round((used(process) - before) * 1000 / (2 * (TURNS + WARM)), 2),
                    "rss_mb": resident(bench.gateway.pid),
                    "sealed": sealed(bench),
                    "litellm": peer if isinstance(peer, str) else {**asdict(peer), "rss_mb": resident(peer.pid)},
                    "load": round(os.getloadavg()[0], 1),
                    "cut": cut(bench),
                }
            print(json.dumps({**found, "racing": racing(calls)}))


@contextmanager
def running(seals: tuple[str, ...] = ()) -> Iterator[Bench]:
    """Start the host and the gateway as processes; what passes is sealed to these keys, or to two of nobody's."""
    with tempfile.TemporaryDirectory(prefix="levee-bench-") as name:
        folder = Path(name) / "gateway"
        prepared(folder, [*(f"GRT-{number}" for number in range(ROUNDS)), "GRT-turns"], seals=seals)
        here = Path(__file__).parent
        host = subprocess.Popen([sys.executable, here / "_model_host.py"], stdout=subprocess.PIPE, text=True)
        assert host.stdout is not None
        host_port, port = int(host.stdout.readline()), free_port()
        words = ["serve", "--upstream", f"http://127.0.0.1:{host_port}/v1", "--port", str(port), "--folder", folder]
        with (Path(name) / "log").open("wb") as log:
            gateway = subprocess.Popen([sys.executable, "-m", "levee.cli", "gateway", *words], stderr=log)
        try:
            wait_for(port)
            yield Bench(folder=folder, host=host, host_port=host_port, gateway=gateway, port=port)
        finally:
            for process in (gateway, host):
                process.terminate()
                process.wait()


def prepared(folder: Path, grants: Sequence[str], tokens: int = 10**9, seals: tuple[str, ...] = ()) -> None:
    """A folder with an agreement and grants under it."""
    now = int(time.time())
    store = Store(folder)
    store.trust(name_of(HOUSE.public_key()))
    seals = seals or (new_pair()[0], new_pair()[0])
    terms = Agreement(digest=DIGEST, model="m", upstream="host-model", ends=now + 10**6, tokens=10**12, seals=seals)
    store.agree(terms)
    for name in grants:
        store.take(say(granted(name, now, tokens), HOUSE), now)
    store.close()


def granted(name: str, now: int, tokens: int) -> Grant:
    """A grant to the client of this measurement."""
    return Grant(
        id=name,
        agreement=DIGEST,
        purpose="bench",
        model="m",
        operations=frozenset(Operation),
        client=name_of(CLIENT.public_key()),
        expires=now + 80_000,
        tokens=tokens,
        calls=10**9,
        number=1,
        made_at=now,
        stale_after=now + 80_000,
    )


def token_of(name: str) -> str:
    """A token that lasts as long as this."""
    grant = granted(name, int(time.time()) - 1000, 1)
    names = ("agreement", "purpose", "model", "operations", "client", "expires")
    return issue(Capability(grant=name, **{each: getattr(grant, each) for each in names}), HOUSE)


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    message = "the gateway did not start"
    raise SystemExit(message)


def asking(prompt: str, *, stream: bool) -> dict[str, object]:
    """A chat."""
    return {"model": "m", "messages": [{"role": "user", "content": prompt}], "stream": stream, "max_tokens": 60_000}


def sealed(bench: Bench) -> int:
    """How many exchanges of the turns are kept, once all are."""
    time.sleep(1)
    kept = Transcripts(bench.folder)
    size = kept.head("GRT-turns", 0).size
    kept.close()
    return size


def added(bench: Bench, peer: Peer | str) -> dict[str, dict[str, float]]:
    """Milliseconds of calls to each, in turns."""
    told = {}
    with ExitStack() as stack:
        clients = {
            "direct": httpx.Client(base_url=f"http://127.0.0.1:{bench.host_port}"),
            "gateway": httpx.Client(
                base_url=f"http://127.0.0.1:{bench.port}", auth=Proving(token_of("GRT-turns"), CLIENT)
            ),
        }
        if isinstance(peer, Peer):
            bearer = {"authorization": f"Bearer {KEY}"}
            clients["litellm"] = httpx.Client(base_url=f"http://127.0.0.1:{peer.port}", headers=bearer)
        for client in clients.values():
            stack.enter_context(client)
        for kind, stream in (("whole", False), ("streamed", True)):
            times: dict[str, list[float]] = {name: [] for name in clients}
            for turn in range(TURNS + WARM):
                for name, client in clients.items():
                    began = time.perf_counter()
                    answer = client.post(CHAT, json=asking(PROMPT, stream=stream))
                    took = (time.perf_counter() - began) * 1000
                    assert answer.status_code == 200, answer.text
                    if turn >= WARM:
                        times[name].append(took)
            told[kind] = {
                f"{name}_{place}": round(sorted(each)[int(len(each) * share)], 2)
                for name, each in times.items()
                for place, share in (("p50", 0.5), ("p99", 0.99))
            }
            for place in ("p50", "p99"):
                for name, prefix in (("gateway", "added"), ("litellm", "litellm_added")):
                    if name in times:
                        more = told[kind][f"{name}_{place}"] - told[kind][f"direct_{place}"]
                        told[kind][f"{prefix}_{place}"] = round(more, 2)
    return told


def resident(pid: int) -> float:
    """Megabytes that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def cut(bench: Bench) -> dict[str, object]:
    """Rounds of streams, each ended by the withdrawal of its grant."""
    late: list[float] = []
    left: list[float] = []
    ends: list[str] = []
    rates: list[float] = []
    store = Store(bench.folder)
    assert bench.host.stdout is not None
    drain = gone_by(bench.host)
    for number in range(ROUNDS):
        client = subprocess.Popen(
            [sys.executable, __file__, "reading", str(bench.port), str(number)], stdout=subprocess.PIPE, text=True
        )
        assert client.stdout is not None
        client.stdout.readline()  # all are streaming
        time.sleep(1)
        store.withdraw(Scope.GRANT, f"GRT-{number}")
        ended = time.monotonic()
        streams = json.loads(client.communicate()[0])
        late += [(each["last"] - ended) * 1000 for each in streams]
        ends += [each["end"] for each in streams]
        rates.append(sum(each["pieces"] for each in streams) / (ended - min(each["first"] for each in streams)))
        left.append((max(drain(STREAMS)) - ended) * 1000)
    store.close()
    late.sort()
    return {
        "streams": len(late),
        "last_byte_ms": {"p50": round(late[len(late) // 2], 1), "p99": round(late[int(len(late) * 0.99)], 1)},
        "last_byte_max_ms": round(late[-1], 1),
        "later_than_100_ms": sum(each > LATE * 1000 for each in late),
        "reset": ends.count("reset"),
        "reads_a_second": round(sum(rates) / len(rates)),
        "host_left_max_ms": round(max(left), 1),
    }


def gone_by(host: subprocess.Popen[str]):  # noqa: ANN201 - a reader of its lines
    """Reads when callers left the host."""

    def drain(number: int) -> list[float]:
        assert host.stdout is not None
        return [float(json.loads(host.stdout.readline())["left"]) for _ in range(number)]

    return drain


class Reader(asyncio.Protocol):
    """One stream, read as it comes."""

    def __init__(self, request: bytes) -> None:
        self.request, self.times, self.end = request, [0.0, 0.0], ""
        self.pieces = 0
        self.first, self.over = asyncio.Event(), asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Note when."""
        now = time.monotonic()
        if not self.pieces:
            assert data.startswith(b"HTTP/1.1 200"), data
            self.times[0] = now
            self.first.set()
        self.pieces += 1
        self.times[1] = now

    def connection_lost(self, exc: Exception | None) -> None:
        """Note how."""
        self.end = "reset" if isinstance(exc, ConnectionResetError) else "closed"
        self.over.set()


async def reading(port: int, number: int) -> list[dict[str, object]]:
    """A hundred streams of one grant, until they end."""
    token, loop = token_of(f"GRT-{number}"), asyncio.get_running_loop()
    body = json.dumps(asking("endless", stream=True)).encode()
    readers = []
    for _ in range(STREAMS):
        call = Call(method="POST", path=CHAT, body=body)
        proof = prove(call, token, CLIENT, Proof(time=int(time.time()), nonce=os.urandom(16).hex()))
        lines = (f"POST {CHAT} HTTP/1.1", "host: g", f"authorization: Bearer {token}", f"levee-proof: {proof}")
        head = "\r\n".join((*lines, f"content-length: {len(body)}", "", "")).encode()
        _, reader = await loop.create_connection(lambda head=head: Reader(head + body), "127.0.0.1", port)  # type: ignore[misc]
        readers.append(reader)
    for reader in readers:
        await reader.first.wait()
    print("streaming", flush=True)
    for reader in readers:
        await reader.over.wait()
    return [{"first": each.times[0], "last": each.times[1], "pieces": each.pieces, "end": each.end} for each in readers]


def racing(calls: int) -> dict[str, float]:
    """Eight processes that reserve from one budget, of which a half of the calls would take it all."""
    with tempfile.TemporaryDirectory(prefix="levee-bench-") as name:
        folder, budget = Path(name), calls * 25
        prepared(folder, ["GRT-race"], budget)
        began = time.perf_counter()
        racers = [
            subprocess.Popen(
                [sys.executable, __file__, "racing", name, str(calls // RACERS)], stdout=subprocess.PIPE, text=True
            )
            for _ in range(RACERS)
        ]
        held = sum(int(racer.communicate()[0]) for racer in racers)
        took = time.perf_counter() - began
        store = Store(folder)
        (use,) = store.uses(int(time.time()))
        store.close()
        assert use.spent == held
        size = round((folder / FILE).stat().st_size / 1e6, 1)
    over = max(0, held - budget)
    told = {"calls": calls, "budget": budget, "spent": held, "over": over}
    return {**told, "calls_a_second": round(calls / took), "file_mb": size}


def race(folder: Path, calls: int) -> int:
    """Reserve 1 to 100 tokens for each call and settle every other one; what was kept."""
    store, kept = Store(folder), 0
    grant = granted("GRT-race", int(time.time()), 1)
    for number in range(calls):
        now, tokens = int(time.time()), 1 + os.urandom(1)[0] % 100
        held = store.reserve(grant, Proof(time=now, nonce=os.urandom(16).hex()), tokens, now)
        if isinstance(held, Refusal):
            assert held is Refusal.BUDGET, held
            continue
        spent = tokens // 2 if number % 2 else tokens
        store.settle({held: spent})
        kept += spent
    store.close()
    return kept


if __name__ == "__main__":
    main(sys.argv[1:])
