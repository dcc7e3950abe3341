from __future__ import annotations

from django.db import connection

from levee.kernel.hashing import sha256


def hold(name: str) -> None:
    """Hold a named lock to the end of the present transaction; whoever asks for the same name waits."""
    number = int.from_bytes(sha256(name.encode())[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [number])
