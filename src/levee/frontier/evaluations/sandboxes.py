"""The sandbox as Inspect sees it. A reference for models of low capability: it shares its kernel with the host."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from inspect_ai.util import ExecResult, SandboxEnvironment, SandboxUserUnsupportedError, sandboxenv
from typing_extensions import override

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from levee.frontier.evaluations.desk import Desk
    from levee.frontier.evaluations.record import Record

NAME = "levee-reference"
RUN = "run"
"""The name under which a sample says which run it is."""
_RECORDS: dict[str, Record] = {}
"""The runs of this process, which is one evaluation's alone."""


def offer(records: Mapping[str, Record]) -> None:
    """Let Inspect find the runs of the evaluation by their names."""
    _RECORDS.clear()
    _RECORDS.update(records)


def record_of(metadata: Mapping[str, Any]) -> Record:
    """The run that a sample is."""
    return _RECORDS[str(metadata[RUN])]


@sandboxenv(name=NAME)
class ReferenceSandbox(SandboxEnvironment):
    """The working folder of one run, and commands in it: no network, no environment, no rights, no past."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._turn = desk, asyncio.Lock()

    @override
    async def exec(
        self,
        cmd: list[str],
        input: str | bytes | None = None,
        cwd: str | None = None,
        env: dict[str, str] | None = None,
        user: str | None = None,
        timeout: int | None = None,
        timeout_retry: bool = True,
        concurrency: bool = True,
    ) -> ExecResult[str]:
        """Run a program in the working folder, one after the other.

        Raises:
            SandboxUserUnsupportedError: as another user. BadInput: elsewhere, or with an environment.
        """
        if user is not None:
            raise SandboxUserUnsupportedError("commands run as nobody here")
        if env or cwd not in {None, "."}:
            raise BadInput("commands run in the working folder, without an environment", place="exec")
        stdin = input.encode() if isinstance(input, str) else input or b""
        async with self._turn:
            came = await asyncio.to_thread(self._desk.run, cmd, stdin)
        return ExecResult(success=came.exit == 0, returncode=came.exit, stdout=came.stdout, stderr=came.stderr)

    @override
    async def write_file(self, file: str, contents: str | bytes) -> None:
        """Put a file into the working folder. Raises BadInput for a name that leaves it."""
        self._desk.files[_inside(file)] = contents.encode() if isinstance(contents, str) else contents

    @override
    async def read_file(self, file: str, text: bool = True) -> str | bytes:  # type: ignore[override]
        """A file of the working folder. Raises BadInput for a name that leaves it, and FileNotFoundError."""
        name = _inside(file)
        if name not in self._desk.files:
            raise FileNotFoundError(name)
        data = self._desk.files[name]
        return data.decode() if text else data

    @classmethod
    @override
    async def sample_init(
        cls,
        task_name: str,
        config: object,
        metadata: dict[str, str],
    ) -> dict[str, SandboxEnvironment]:
        """The working folder of a run."""
        return {"default": cls(record_of(metadata).desk)}

    @classmethod
    @override
    async def sample_cleanup(
        cls,
        task_name: str,
        config: object,
        environments: dict[str, SandboxEnvironment],
        interrupted: bool,
    ) -> None:
        """Nothing is left of a command when it has ended."""


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise BadInput("a file lies in the working folder", place=name)
    return str(path)
