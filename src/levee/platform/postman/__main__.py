"""Run as `python -m levee.platform.postman FOLDER` by a worker; ends when nobody has called for a minute."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from pathlib import Path

from levee.kernel.clock import SystemClock
from levee.kernel.ids import RandomIds
from levee.platform.mail import SmtpMail
from levee.platform.postman.client import address
from levee.platform.postman.journal import Journal
from levee.platform.postman.line import Line
from levee.platform.postman.office import Office
from levee.settings import settings

LINES = 4


def main(folder: Path) -> None:
    """Open the office, unless another postman has."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    chosen = settings()
    way = SmtpMail(url=chosen.smtp_url, sender=chosen.mail_from, clock=SystemClock(), ids=RandomIds())
    where = address(folder)
    where.unlink(missing_ok=True)
    journal = Journal(folder / "journal")
    with socket.socket(socket.AF_UNIX) as listener:
        os.umask(0o077)
        listener.bind(str(where))
        listener.listen(16)
        Office(listener, journal, [Line(way.connect, chosen.mail_from) for _ in range(LINES)]).work()
        where.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
