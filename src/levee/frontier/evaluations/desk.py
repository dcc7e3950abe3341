"""Where the commands of one run are run: a working folder that goes from one fresh sandbox to the next.

Between two commands there is nothing but the bytes of its files: no process, no mount, no link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput, TooLarge
from levee.platform.sandbox.port import MIB, Hit, Limits, Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from levee.platform.sandbox.port import Outcome, Sandbox

SHELL = ("/bin/bash", "-c")
OUTPUT = 256 * 1024
DISK, FILES = 64 * MIB, 4096
WORD = 100_000
"""Bytes of a word of a command: a kernel takes little more."""
_PAGE = 4096
_WORDS = {
    Hit.WALL: "it took too long and was ended",
    Hit.CPU: "it took too long and was ended",
    Hit.MEMORY: "it needed more memory than there is",
    Hit.PIDS: "it started more processes than it may",
    Hit.OUTPUT: "it printed more than is shown, and was ended",
    Hit.DISK: "the working folder is full",
    Hit.SECCOMP: "it did what is not allowed here",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of a command: its exit status, what it printed, and what it ran into."""

    exit: int
    stdout: str
    stderr: str


class Desk:
    """The commands of one run.

    Args:
        files: what lies in the working folder at first.
        seconds: of one command, at most.
    """

    def __init__(self, sandbox: Sandbox, files: Mapping[str, bytes], seconds: int) -> None:
        self._sandbox, self.files = sandbox, dict(files)
        self._limits = Limits(
            cpu_seconds=seconds, wall_seconds=seconds, memory=512 * MIB, output=OUTPUT, disk=DISK, inodes=FILES
        )

    def clear(self) -> None:
        """Let go of the working folder, once what is in it was judged: an evaluation may have thousands."""
        self.files = {}

    def run(self, argv: Sequence[str], stdin: bytes = b"") -> Came:
        """Run a program; waits for its end.

        Raises:
            UnsafeSetup: the sandbox cannot be put up.
        """
        if any(len(word.encode()) > WORD for word in argv):
            return Came(exit=126, stdout="", stderr="a command this long cannot be run: write it into files, in parts")
        try:
            outcome = self._sandbox.run(
                Run(
                    argv=tuple(argv),
                    files=self.files,
                    stdin=stdin,
                    limits=self._limits,
                    executable_work=True,
                    collect=("*",),
                )
            )
        except (BadInput, TooLarge) as error:  # no such words can be run, as with a NUL among them; or no such files
            return Came(exit=126, stdout="", stderr=error.message)
        words = [_WORDS[hit] for hit in sorted(outcome.hits)]
        try:
            _check(outcome.files)
        except TooLarge as error:
            words.append(error.message)
        else:
            self.files = dict(outcome.files)
        return _came(outcome, dict.fromkeys(words))


def _check(files: Mapping[str, bytes]) -> None:
    """Whether they can be laid out again: a link is one file inside, and would be several then."""
    folders = {folder for name in files for folder in _folders(name)}
    pages = sum(-(-len(data) // _PAGE) for data in files.values()) + len(folders)
    if pages * _PAGE > DISK * 3 // 4 or len(files) + len(folders) > FILES * 3 // 4:
        raise TooLarge("the working folder is too large: it is as it was before this command")


def _folders(name: str) -> list[str]:
    parts = name.split("/")[:-1]
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]


def _came(outcome: Outcome, words: Mapping[str, None]) -> Came:
    exit_status = outcome.exit if outcome.exit is not None else 128 + (outcome.signal or 0)
    stderr = outcome.stderr.decode("utf-8", "replace")
    return Came(
        exit=exit_status,
        stdout=outcome.stdout.decode("utf-8", "replace"),
        stderr="\n".join(filter(None, (stderr, *words))),
    )
