"""What a visitor brings to the demo, read and checked before anything starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from levee.formats.strict_json import as_object, as_text, read_json
from levee.inventory.reading import read as read_inventory
from levee.kernel.errors import BadInput, TooLarge
from levee.kernel.hashing import canonical_json
from levee.validation.engine.proof import parse_proof
from levee.validation.engine.targets import parse_spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
LARGEST = 64 * 1024 * 1024
SAMPLE = "source:tidepack@1.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A visitor's own proof and inventory.

    Attributes:
        finding: a submission with the proof in it, or None.
        inventory: the file, or empty. filename: what it is called.
    """

    finding: dict[str, Any] | None = None
    inventory: bytes = b""
    filename: str = ""

    @classmethod
    def read(cls, *, proof: Path | None, sbom: Path | None) -> Visitor:
        """Read both files.

        Raises:
            BadInput, TooLarge: one of them cannot be used; the place names file and field.
        """
        return cls(
            finding=None if proof is None else _within(proof, _finding),
            inventory=b"" if sbom is None else _within(sbom, _inventory),
            filename="" if sbom is None else sbom.name,
        )


def _within(path: Path, use: Callable[[Path, bytes], T]) -> T:
    try:
        with path.open("rb") as file:
            return use(path, file.read(LARGEST + 1))
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=str(path)) from error
    except (BadInput, TooLarge) as error:
        place = f"{path}: {error.place}" if error.place else str(path)
        raise type(error)(error.message, code=error.code, place=place, advice=error.advice()) from error


def _finding(path: Path, data: bytes) -> dict[str, Any]:
    given = as_object(read_json(data), "")
    if "proof" not in given:
        raise BadInput("no proof is in it", place="/proof", advice="see samples/proofs and docs/proofs.md")
    target, contrast = (as_text(given.get(name, ""), f"/{name}") for name in ("target", "contrast"))
    _check_target(target, contrast)
    try:
        parse_proof(canonical_json(given["proof"]))
    except (BadInput, TooLarge) as error:
        raise type(error)(error.message, place=f"/proof{error.place}", advice=error.advice()) from error
    return {
        "title": f"A visitor's proof: {path.stem[:100]}",
        "description": "Handed in with --proof.",
        "target": target,
        "contrast": contrast,
        "provenance": {"tool": "a visitor"},
        "proof": given["proof"],
        "key": f"visitor-{path.stem[:100]}",
    }


def _check_target(target: str, contrast: str) -> None:
    if target == SAMPLE:
        return
    place = "/target"
    try:
        spec = parse_spec(target)
        place = "/contrast"
        if contrast:
            spec.at(contrast)
    except BadInput as error:
        raise BadInput(
            error.message, place=place, advice=f"write npm:NAME@VERSION, pypi:NAME@VERSION or {SAMPLE}"
        ) from error


def _inventory(path: Path, data: bytes) -> bytes:
    if not read_inventory(data, path.name).components:
        raise BadInput("no component in it was understood", advice=f"levee inventory preview {path} says why")
    return data
