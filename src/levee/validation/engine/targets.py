"""A target as fetched: archives by digest, with the lock of everything that it needs. Nothing here unpacks anything."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn

from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json, sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION = r"[0-9A-Za-z][0-9A-Za-z.+!_-]{0,79}"
_NPM = re.compile(rf"npm:((?:@[a-z0-9~-][a-z0-9._~-]*/)?[A-Za-z0-9~-][A-Za-z0-9._~-]*)@({_VERSION})")
_PYPI = re.compile(rf"pypi:([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)@({_VERSION})")
_LONGEST_NAME = 214


class Ecosystem(StrEnum):
    """Where a target comes from, which decides how it is laid out and loaded."""

    NPM = "npm"
    PYPI = "pypi"
    SOURCE = "source"


class Role(StrEnum):
    """What an archive is for."""

    TARGET = "target"
    DEPENDENCY = "dependency"
    BUILD = "build"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """`npm:NAME@VERSION` or `pypi:NAME@VERSION`."""

    ecosystem: Ecosystem
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.ecosystem}:{self.name}@{self.version}"

    def at(self, version: str) -> Spec:
        """The same package at another version.

        Raises:
            BadInput: that is not a version.
        """
        return parse_spec(f"{self.ecosystem}:{self.name}@{version}")


def parse_spec(text: str) -> Spec:
    """Read a target spec by a strict grammar: no address, no path, no alias, no range.

    Raises:
        BadInput: it is anything else.
    """
    for ecosystem, shape in ((Ecosystem.NPM, _NPM), (Ecosystem.PYPI, _PYPI)):
        match = shape.fullmatch(text)
        if match and len(match[1]) <= _LONGEST_NAME and not match[1].startswith(("-", ".")) and ".." not in match[1]:
            return Spec(ecosystem=ecosystem, name=match[1], version=match[2])
    raise BadInput(
        f"{text[:80]!r} names no target",
        code="target.spec",
        advice="write npm:NAME@VERSION, pypi:NAME@VERSION or a folder",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """One file as a registry or a caller gave it.

    Attributes:
        place: for npm, the folder under the root that it is laid out in (`node_modules/a`); empty elsewhere.
        sha256: hex, of `data`.
    """

    name: str
    version: str
    filename: str
    role: Role
    data: bytes = field(repr=False)
    place: str = ""

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the bytes."""
        return sha256(self.data).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedTarget:
    """A target and all that it needs, as bytes.

    Attributes:
        spec: what was asked for, as text.
        archives: the target first, then dependencies and what the build needs.
    """

    spec: str
    ecosystem: Ecosystem
    name: str
    version: str
    archives: tuple[Archive, ...]

    def lock(self) -> list[dict[str, str]]:
        """Name, version and digest of every archive."""
        return [
            {
                "name": archive.name,
                "version": archive.version,
                "filename": archive.filename,
                "role": archive.role,
                "place": archive.place,
                "sha256": archive.sha256,
            }
            for archive in self.archives
        ]

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the lock: the same bytes in the same places, whatever they are called outside."""
        return sha256(canonical_json([self.ecosystem, self.lock()])).hex()

    def as_header(self, prefix: str) -> tuple[dict[str, object], dict[str, bytes]]:
        """A description for a job's header, and its attachments, named `PREFIX/0`, `PREFIX/1`, …."""
        described: dict[str, object] = {
            "spec": self.spec,
            "ecosystem": self.ecosystem,
            "name": self.name,
            "version": self.version,
            "archives": [{**item, "attachment": f"{prefix}/{index}"} for index, item in enumerate(self.lock())],
        }
        return described, {f"{prefix}/{index}": archive.data for index, archive in enumerate(self.archives)}


def read_target(header: object, attachments: Mapping[str, bytes], place: str) -> FetchedTarget:
    """Read a target back from a job, checking every digest.

    Raises:
        BadInput: the header is not of the shape that `as_header` gives, or bytes are not what their digest says.
    """
    fields = _texts(header, ("spec", "ecosystem", "name", "version"), place)
    items = header.get("archives") if isinstance(header, dict) else None
    if fields["ecosystem"] not in set(Ecosystem) or not isinstance(items, list) or not items:
        _refuse("this describes no target", place)
    archives = tuple(_archive(item, attachments, f"{place}/archives/{index}") for index, item in enumerate(items))
    return FetchedTarget(
        spec=fields["spec"],
        ecosystem=Ecosystem(fields["ecosystem"]),
        name=fields["name"],
        version=fields["version"],
        archives=archives,
    )


def _archive(item: object, attachments: Mapping[str, bytes], place: str) -> Archive:
    fields = _texts(item, ("name", "version", "filename", "role", "place", "sha256", "attachment"), place)
    data = attachments.get(fields["attachment"])
    if data is None or fields["role"] not in set(Role):
        _refuse("the archive is missing", place)
    archive = Archive(
        name=fields["name"],
        version=fields["version"],
        filename=fields["filename"],
        role=Role(fields["role"]),
        place=fields["place"],
        data=data,
    )
    if archive.sha256 != fields["sha256"]:
        _refuse("the bytes are not what their digest says", place)
    return archive


def _texts(value: object, names: tuple[str, ...], place: str) -> dict[str, str]:
    if not isinstance(value, dict):
        _refuse("an object is wanted", place)
    for name in names:
        if not isinstance(value.get(name), str):
            _refuse("text is wanted", f"{place}/{name}")
    return {name: str(value[name]) for name in names}


def _refuse(message: str, place: str) -> NoReturn:
    raise BadInput(message, code="job.target", place=place)
