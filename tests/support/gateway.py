"""What a gateway is told, and by whom."""

import os
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from levee.frontier.envelopes import name_of
from levee.frontier.gateway.store import Agreement, Refusal, Store
from levee.frontier.seals import new_pair
from levee.frontier.statements import Grant, Operation, Scope, Withdrawal
from levee.frontier.tokens import Capability, Proof

NOW = 1_790_000_000
HOUSE, CLIENT, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))


def granted(**more):
    return Grant(
        **{
            "id": "GRT-1",
            "agreement": "sha256:" + "a" * 64,
            "purpose": "evaluation",
            "model": "model-a",
            "operations": frozenset(Operation),
            "client": name_of(CLIENT.public_key()),
            "expires": NOW + 86_400,
            "tokens": 1000,
            "calls": 60,
            "number": 1,
            "made_at": NOW,
            "stale_after": NOW + 3600,
            **more,
        }
    )


def withdrawn(scope=Scope.GRANT, name="GRT-1", **more):
    return Withdrawal(**{"scope": scope, "name": name, "number": 1, "made_at": NOW, **more})


def carried(of=None, **more):
    of = of or granted()
    names = ("agreement", "purpose", "model", "operations", "client", "expires")
    return Capability(**{"grant": of.id, **{name: getattr(of, name) for name in names}, **more})


(DEVELOPER_SEAL, DEVELOPER_OPENS), (EVALUATOR_SEAL, EVALUATOR_OPENS) = new_pair(), new_pair()
AGREED = Agreement(
    digest="sha256:" + "a" * 64,
    model="model-a",
    upstream="secret-name",
    ends=NOW + 10**7,
    tokens=10**9,
    seals=(DEVELOPER_SEAL, EVALUATOR_SEAL),
)
GRANT = granted(tokens=100_000, calls=1000)


def once(at=NOW):
    return Proof(time=at, nonce=os.urandom(16).hex())


def racing(folder, calls):
    """Reserve for as many calls as there is budget for, and settle half of them; what was spent."""
    store, spent = Store(Path(folder)), 0
    for number in range(calls):
        held = store.reserve(granted(calls=10**6), once(), 7, NOW)
        if not isinstance(held, Refusal):
            spent += 7
            if number % 2:
                store.settle({held: 3})
                spent -= 4
    store.close()
    return spent


def eventually(holds, within=10.0):
    end = time.monotonic() + within
    while not holds() and time.monotonic() < end:
        time.sleep(0.005)
    return holds()
