"""An SMTP server outside of Levee, in a process of its own: `python bench/_mail_server.py PORT FILE`.

Writes a line for every letter it took, before it says so: instant, recipient, Message-ID.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP

_ID = re.compile(rb"^Message-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)


class Handler:
    """Takes everything."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: ANN001, ANN202, N802
        """Say that commands may come together."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, _server, _session, envelope):  # noqa: ANN001, ANN202, N802
        """Note it, then take it."""
        found = _ID.search(envelope.content[:4000])
        key = found[1].decode() if found else "none"
        self._file.write(f"{time.time():.6f} {envelope.rcpt_tos[0]} {key}\n".encode())
        return "250 taken"


async def main(port: int, path: Path) -> None:
    """Serve until killed."""
    handler = Handler(path)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="bench", enable_SMTPUTF8=False), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
