"""The two hosts of a rehearsal: each a folder with its own keys, and commands that are run as its people would."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from levee.kernel.errors import LeveeError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PATIENCE = 60.0
MODEL = "spinnaker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One side's machine.

    Attributes:
        folder: where everything of this side lies.
        given: what its commands find in their environment: the house's address, and this side's token for it.
    """

    name: str
    folder: Path
    given: Mapping[str, str]

    def at(self, name: str) -> Path:
        """A file of this host."""
        return self.folder / name

    def levee(self, *words: object, alone: bool = False) -> str:
        """Run a command to its end; what it printed.

        Args:
            words: of the command, without `levee`.
            alone: as on a machine that knows no house and has no database.

        Raises:
            LeveeError: it failed, with what it said.
        """
        done = subprocess.run(
            _command(*words), check=False, capture_output=True, text=True, env=self._around(alone=alone)
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            raise LeveeError(f"levee {shlex.join(map(str, words))}: {said}", code="rehearsal.command")
        return done.stdout

    def told(self, *words: object, alone: bool = False) -> Any:  # noqa: ANN401 - JSON as it comes
        """The same, of a command that prints JSON."""
        return json.loads(self.levee(*words, "--json", alone=alone))

    @contextmanager
    def serving(self, *words: object, log: str) -> Iterator[subprocess.Popen[str]]:
        """Run a command that goes on until it is ended; what it says goes to a log of this host."""
        with self.at(log).open("a") as kept:
            process = subprocess.Popen(
                _command(*words), stdout=kept, stderr=kept, text=True, env=self._around(alone=True)
            )
            try:
                yield process
            finally:
                process.terminate()
                process.wait()

    def _around(self, *, alone: bool) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not (alone and name.startswith("LEVEE_"))}
        gateway = {"LEVEE_GATEWAY_FOLDER": str(self.at("gateway"))}
        return {**kept, **gateway} if alone else {**kept, **gateway, **self.given}


@contextmanager
def agent_serving(name: str, packs: list[Path]) -> Iterator[str]:
    """A scripted agent where a model's host would be; its address."""
    known = [word for each in packs for word in ("--pack", str(each))] if packs else []
    words = [sys.executable, "-m", "levee.frontier.rehearsal", name, *known]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline().strip() if process.stdout else ""
        if not line.isdecimal():
            raise LeveeError(f"the agent {name} did not start", code="rehearsal.agent")
        yield f"http://127.0.0.1:{line}/v1"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def gateway_serving(developer: Host, upstream: str) -> Iterator[str]:
    """The developer's gateway in front of an upstream; its address."""
    port = free_port()
    words = ("gateway", "serve", "--upstream", upstream, "--port", port)
    with developer.serving(*words, log="gateway.log") as process:
        deadline = time.monotonic() + PATIENCE
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Unavailable("the gateway did not start", place=str(developer.at("gateway.log")))
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"


def free_port() -> int:
    """A port of this machine that nothing listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _command(*words: object) -> list[str]:
    return [sys.executable, "-m", "levee.cli", *(str(each) for each in words)]


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
