from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from levee.kernel.errors import Unavailable
from levee.platform.files import make_private_folder
from levee.platform.postman import wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from levee.platform.postman.letters import Answer, Outgoing

_PATIENCE_SECONDS = 15
_ANSWER_SECONDS = 120
_UNANSWERED = 64  # letters: answers to more could fill the socket while more letters are sent, and both would wait
_LONGEST_PATH = 100  # of a local socket's address, which the system limits

_started: list[subprocess.Popen[bytes]] = []


def address(folder: Path) -> Path:
    """Where the postman of a folder listens; elsewhere by a name of its own where the path would be too long."""
    path = folder / "socket"
    if len(str(path)) <= _LONGEST_PATH:
        return path
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"levee-{os.geteuid()}-{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postman:
    """Hands letters to the postman of a folder, and starts one where there is none.

    It is started in a session of its own: whatever kills the worker, the postman ends its letter and remembers it.
    """

    folder: Path

    def hand_over(self, letters: Sequence[Outgoing]) -> Iterator[Answer]:
        """See `Post.hand_over`."""
        with self._call() as office:
            try:
                for number, letter in enumerate(letters):
                    if number >= _UNANSWERED:
                        yield _answer(office)
                    wire.send_letter(office, letter)
                for _ in letters[-_UNANSWERED:]:
                    yield _answer(office)
            except OSError as error:
                raise _gone(str(error)) from error

    def _call(self) -> socket.socket:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        started = False
        while True:
            office = socket.socket(socket.AF_UNIX)
            try:
                office.settimeout(_ANSWER_SECONDS)
                office.connect(str(address(self.folder)))
                wire.receive_greeting(office)  # one that is going still lets itself be called
            except OSError as error:
                office.close()
                if time.monotonic() > deadline:
                    raise _gone(str(error)) from error
                if not started:
                    self._start()
                    started = True
                time.sleep(0.05)
            else:
                return office

    def _start(self) -> None:
        make_private_folder(self.folder)
        with (self.folder / "log").open("ab") as log:
            _started[:] = [each for each in _started if each.poll() is None]  # those that ended are not left as zombies
            _started.append(
                subprocess.Popen(
                    [sys.executable, "-m", "levee.platform.postman", str(self.folder)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )


def _answer(office: socket.socket) -> Answer:
    answer = wire.receive_answer(office)
    if answer is None:
        raise _gone("it went away")
    return answer


def _gone(why: str) -> Unavailable:
    return Unavailable(f"the postman does not answer: {why}", advice="It is started again with the next letters.")
