"""What a client of a gateway adds to each call, its token and the proof that it is its own; and its transcripts.

Works with whatever takes an httpx client, the `openai` package among it.
"""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Any

import httpx

from levee.frontier.tokens import Call, Proof, prove
from levee.frontier.transcripts import lines, read_head
from levee.kernel.clock import SystemClock
from levee.kernel.errors import BadInput, Unavailable
from levee.ledger.core.merkle import leaf_hash, verify_inclusion

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from levee.kernel.clock import Clock


class Proving(httpx.Auth):
    """Signs every call with the client's key.

    Args:
        token: as it was issued. key: whose public half the token names.
    """

    requires_request_body = True

    def __init__(self, token: str, key: Ed25519PrivateKey, clock: Clock | None = None) -> None:
        self._token, self._key, self._clock = token, key, clock or SystemClock()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the two headers."""
        call = Call(method=request.method, path=request.url.raw_path.decode("ascii"), body=request.content)
        proof = Proof(time=int(self._clock.now().timestamp()), nonce=secrets.token_hex(16))
        request.headers["authorization"] = f"Bearer {self._token}"
        request.headers["levee-proof"] = prove(call, self._token, self._key, proof)
        yield request


def fetched(client: httpx.Client) -> Iterator[bytes]:
    """The lines of a file of all sealed exchanges of the token's grant, as `levee.frontier.transcripts` reads them.

    Args:
        client: with the gateway's address, up to and with `/v1`, as its base, and `Proving`.

    Raises:
        Unavailable: the gateway does not give them. BadInput: what it gives is not what its own head stands for.
    """
    found: list[bytes] = []
    while True:
        page = _told(client, f"/transcripts?after={len(found)}")
        head = read_head(page["head"])
        for each in page["exchanges"]:
            sealed, proof = base64.b64decode(each["sealed"]), [bytes.fromhex(one) for one in each["proof"]]
            if not verify_inclusion(leaf_hash(sealed), len(found), head.size, head.root, proof):
                raise BadInput("this exchange is not where the head has it", place=f"exchange {len(found)}")
            found.append(sealed)
        if not page["exchanges"]:
            yield from lines(head, found)
            return


def fetched_key(client: httpx.Client) -> bytes:
    """The wrapped key of the token's grant, which the evaluator's own key opens; Unavailable where it is not given."""
    return base64.b64decode(_told(client, "/transcripts/key")["wrapped"])


def _told(client: httpx.Client, path: str) -> dict[str, Any]:
    answer = client.get(path)
    if answer.status_code != httpx.codes.OK:
        raise Unavailable(f"the gateway answers {answer.status_code}", place=path)
    told: dict[str, Any] = answer.json()
    return told
