from __future__ import annotations

import signal
from threading import Event
from typing import TYPE_CHECKING

from django.db import connection

from levee.ledger.services.anchor import commit_hour
from levee.ledger.services.erase import erase
from levee.ledger.services.sequence import sequence
from levee.ledger.signing import open_signer
from levee.platform.ports import ports
from levee.settings import settings

if TYPE_CHECKING:
    from types import FrameType

    from levee.ledger.signing import Signer

LOOK_SECONDS = 2


def run_sequencer() -> None:
    """Place entries and commit hours until told to end by SIGTERM or SIGINT.

    Run as the role `ledger`, in a process of its own; several may run, and one works.

    Raises:
        UnsafeSetup: the signing key is missing, not the house's, or open to others.
    """
    ended = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    signer = open_signer(settings().data_folder / "keys", settings().site)
    while not ended.is_set():
        _look(signer)
        ended.wait(LOOK_SECONDS)
    connection.close()


def sequence_once() -> None:
    """Place what waits and commit the hours that are due, once; for a house whose sequencer does not always run.

    Raises:
        UnsafeSetup: as `run_sequencer`.
    """
    _look(open_signer(settings().data_folder / "keys", settings().site))


def _look(signer: Signer) -> None:
    sequence(signer)
    erase()
    commit_hour(ports().clock.now(), signer)
