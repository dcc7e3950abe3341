"""What a client of a gateway adds to each call: its token, and the proof that the token is its own.

Works with whatever takes an httpx client, the `openai` package among it.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import httpx

from levee.frontier.tokens import Call, Proof, prove
from levee.kernel.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Generator

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
        call = Call(method=request.method, path=request.url.path, body=request.content)
        proof = Proof(time=int(self._clock.now().timestamp()), nonce=secrets.token_hex(16))
        request.headers["authorization"] = f"Bearer {self._token}"
        request.headers["levee-proof"] = prove(call, self._token, self._key, proof)
        yield request
