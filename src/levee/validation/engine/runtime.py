"""Which interpreters the drivers run under, as paths inside the sandbox (which shows the host's /usr)."""

from __future__ import annotations

import functools
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from levee.kernel.errors import UnsafeSetup
from levee.validation.engine.kinds import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROGRAMS = {Language.JAVASCRIPT: "node", Language.PYTHON: "python3"}
_OWN_PLACE = "/interpreter"
_VERSION_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A program of the host that runs a driver.

    Attributes:
        path: inside the sandbox. trees: what must be shown inside besides /usr. version: as the program prints it.
    """

    path: str
    version: str
    trees: Mapping[str, Path] = field(default_factory=dict)


@functools.cache
def interpreter(language: Language) -> Interpreter:
    """The host's interpreter of a language.

    Raises:
        UnsafeSetup: the host has none.
    """
    name = _PROGRAMS[language]
    found = shutil.which(name, path="/usr/bin") or shutil.which(name)
    if found is None:
        raise UnsafeSetup(f"there is no {name} to run {language} targets with", advice=f"Install {name} on the worker.")
    path = Path(found).resolve() if not found.startswith("/usr/") else Path(found)
    version = _version(path)
    if path.is_relative_to("/usr"):
        return Interpreter(path=str(path), version=version)
    prefix = path.parent.parent
    return Interpreter(path=f"{_OWN_PLACE}/bin/{path.name}", version=version, trees={_OWN_PLACE: prefix})


def _version(path: Path) -> str:
    done = subprocess.run([str(path), "--version"], capture_output=True, check=False, timeout=_VERSION_SECONDS)
    return done.stdout.decode("ascii", "replace").split()[-1].removeprefix("v") if done.stdout else "unknown"
