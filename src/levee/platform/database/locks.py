from __future__ import annotations

from levee.kernel.hashing import sha256
from levee.platform.database.asking import ask


def hold(name: str) -> None:
    """Hold a named lock to the end of the present transaction; whoever asks for the same name waits."""
    number = int.from_bytes(sha256(name.encode())[:8], "big", signed=True)
    ask("select pg_advisory_xact_lock(%s::bigint)", [number])
