"""The process that takes mail in: no database, no keys, no Django."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

from levee.app import logs
from levee.kernel.errors import UnsafeSetup
from levee.kernel.ids import RandomIds
from levee.platform.arrivals import Spool
from levee.platform.arrivals.receiver import Receiver, receiving

if TYPE_CHECKING:
    from levee.settings import Settings


def receive(chosen: Settings) -> None:
    """Listen until told to stop.

    Raises:
        UnsafeSetup: no port is chosen, or nothing can listen there.
    """
    if not chosen.mail_in_port:
        raise UnsafeSetup(
            "no port is chosen to take mail in at", place="LEVEE_MAIL_IN_PORT", advice="such as 8725; see the guide"
        )
    logs.configure()
    ended = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: ended.set())
    receiver = Receiver(spool=Spool(chosen.data_folder / "arrivals"), house=chosen.mail_from, ids=RandomIds())
    with receiving(receiver, host=chosen.host, port=chosen.mail_in_port):
        ended.wait()
