"""What a pack commits to: its name, and one salted commitment for each of its tasks.

The digest of a pack is that of its manifest as canonical JSON. So it covers every byte of every task, those that are
sealed or kept elsewhere too, and any one task can be shown later by its salt, which tells nothing of the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from levee.formats.strict_json import read_json
from levee.frontier.packs.types import Part
from levee.kernel.errors import BadInput, LeveeError
from levee.kernel.hashing import canonical_json, sha256

if TYPE_CHECKING:
    from levee.frontier.packs.types import Pack

FORMAT = "levee-pack-1"
FILE = "pack.json"
LARGEST = 8 * 1024 * 1024
MOST = 10_000
"""Tasks in a pack, so that a place has four digits."""
_COMMITMENT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """One task: who may see it, and its salted commitment, 64 hexadecimal digits."""

    part: Part
    commitment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that a pack commits to, in the order of its tasks."""

    name: str
    version: str
    licence: str
    source: str
    tasks: tuple[Committed, ...]

    @property
    def digest(self) -> str:
        """The digest of the pack, `sha256:…`."""
        return f"sha256:{sha256(spelled(self)).hex()}"


def manifest_of(pack: Pack, commitments: list[str]) -> Manifest:
    """The manifest of a pack whose tasks have these commitments."""
    pairs = zip(pack.tasks, commitments, strict=True)
    return Manifest(
        name=pack.name,
        version=pack.version,
        licence=pack.licence,
        source=pack.source,
        tasks=tuple(Committed(part=task.part, commitment=each) for task, each in pairs),
    )


def spelled(manifest: Manifest) -> bytes:
    """As it stands in its file."""
    return canonical_json(
        {
            "format": FORMAT,
            "name": manifest.name,
            "version": manifest.version,
            "licence": manifest.licence,
            "source": manifest.source,
            "tasks": [[str(each.part), each.commitment] for each in manifest.tasks],
        }
    )


def read_manifest(data: bytes) -> Manifest:
    """A manifest out of its file; BadInput names the field."""
    try:
        given = read_json(data, max_bytes=LARGEST)
    except LeveeError as error:
        raise BadInput(error.message, place=f"{FILE}, {error.place}", advice=error.advice()) from error
    names = {"format", "name", "version", "licence", "source", "tasks"}
    if not isinstance(given, dict) or given.keys() != names or given["format"] != FORMAT:
        raise BadInput(f"this is no manifest of the format {FORMAT}", place=FILE)
    for name in ("name", "version", "licence", "source"):
        if not isinstance(given[name], str):
            raise BadInput("text", place=f"{FILE}/{name}")
    tasks = given["tasks"]
    if not isinstance(tasks, list) or not 0 < len(tasks) <= MOST:
        raise BadInput(f"a list of 1 to {MOST} tasks", place=f"{FILE}/tasks")
    found = Manifest(
        name=str(given["name"]),
        version=str(given["version"]),
        licence=str(given["licence"]),
        source=str(given["source"]),
        tasks=tuple(_committed(each, f"{FILE}/tasks/{at}") for at, each in enumerate(tasks)),
    )
    if spelled(found) != data:
        raise BadInput("a manifest is canonical JSON, and this is not", place=FILE, advice="ask for the file again")
    return found


def _committed(given: Any, place: str) -> Committed:  # noqa: ANN401 - JSON
    match given:
        case [str(part), str(commitment)] if part in set(Part) and _COMMITMENT.fullmatch(commitment):
            return Committed(part=Part(part), commitment=commitment)
    raise BadInput(f"one of {', '.join(Part)}, and 64 hexadecimal digits", place=place)
