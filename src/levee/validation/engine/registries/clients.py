"""Where the registries are: asked of the installed clients, pip and npm, so that a company's mirror is respected."""

from __future__ import annotations

import functools
import json
import re
import shutil
import ssl
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from levee.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 60
_LINE = re.compile(r"(\S+?)\.([a-z-]+)='(.*)'")
_DEFAULT = re.compile(r"\(default\s*:?\s*(https?://[^\s)]+)\)")
_SECTIONS = ("global", "download", "install", ":env:")  # later ones weigh more, as pip has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A registry as the client of its ecosystem is set to use it.

    Attributes:
        indexes: base addresses without a slash at the end, in the order they are asked.
        certificates: file of further certificate authorities, or empty.
        scopes: npm: scope such as `@a` -> base address.
    """

    indexes: tuple[str, ...]
    certificates: str = ""
    scopes: Mapping[str, str] = field(default_factory=dict)

    def trust(self) -> ssl.SSLContext:
        """Whom to believe: the system (which heeds SSL_CERT_FILE), and the authorities of the client's setting."""
        context = ssl.create_default_context()
        if self.certificates and Path(self.certificates).is_file():
            context.load_verify_locations(cafile=self.certificates)
        return context


@functools.cache
def pip_registry() -> Registry:
    """Where pip looks.

    Raises:
        Unavailable: pip is not installed, or does not say.
    """
    found = shutil.which("pip")
    program = [found] if found else [sys.executable, "-m", "pip"]
    settings: dict[str, str] = {}
    lines = [match for line in _output([*program, "config", "list"]).splitlines() if (match := _LINE.fullmatch(line))]
    for section in _SECTIONS:
        settings |= {match[2]: match[3] for match in lines if match[1] == section}
    first = settings.get("index-url") or _pip_default(program)
    further = settings.get("extra-index-url", "").replace("\\n", " ").split()
    addresses = [address.rstrip("/") for address in (first, *further) if address.startswith(("https://", "http://"))]
    return Registry(indexes=tuple(addresses), certificates=settings.get("cert", ""))


def _pip_default(program: list[str]) -> str:
    told = _DEFAULT.search(re.sub(r"\s+", " ", _output([*program, "install", "--help"])))
    if told is None:
        raise Unavailable("pip does not say which index it uses", advice="Set PIP_INDEX_URL.")
    return told[1]


@functools.cache
def npm_registry() -> Registry:
    """Where npm looks.

    Raises:
        Unavailable: npm is not installed, or does not say.
    """
    if shutil.which("npm") is None:
        raise Unavailable("npm is not installed, so no registry is known", advice="Install npm on this host.")
    try:
        settings = json.loads(_output(["npm", "config", "list", "--json"]))
    except ValueError as error:
        raise Unavailable("npm does not say which registry it uses") from error
    scopes = {
        key.removesuffix(":registry"): str(value).rstrip("/")
        for key, value in settings.items()
        if key.startswith("@") and key.endswith(":registry")
    }
    certificates = settings.get("cafile") or ""
    address = str(settings.get("registry", "")).rstrip("/")
    return Registry(indexes=(address,), certificates=str(certificates), scopes=scopes)


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL, text=True
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{command[0]} does not answer, so no registry is known") from error
    if done.returncode:
        raise Unavailable(f"{command[0]} ended with status {done.returncode}, so no registry is known")
    return done.stdout
