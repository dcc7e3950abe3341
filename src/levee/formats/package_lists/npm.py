"""npm: `npm ls --json --all`, and package-lock.json of lockfile version 1 to 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from levee.formats.strict_json import Json, object_at, pointer, read_json, text_at
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_INSIDE = "node_modules/"
MAX_DEPTH = 60


class NpmPackage(NamedTuple):
    """A package as stated, or `fault`: why a place in the file states none."""

    place: str
    name: str
    version: str
    fault: str = ""


class NpmTree(NamedTuple):
    """What a file states: its own name, which is no package of it, and its packages in the order of the file."""

    name: str
    packages: Iterator[NpmPackage]


def read_npm(data: bytes) -> NpmTree:
    """Read either file.

    Raises:
        BadInput: not JSON, or neither of the two. TooLarge: too long or too deep.
    """
    root = read_json(data, max_depth=2 * MAX_DEPTH)
    if not isinstance(root, dict):
        raise BadInput("an object was expected here", code="npm.shape", place="/")
    name = root.get("name")
    if "packages" in root and "lockfileVersion" in root:
        found = _of_lock(object_at(root, "packages", ""))
    else:
        found = _of_tree(object_at(root, "dependencies", ""), "/dependencies", 1)
    return NpmTree(name if isinstance(name, str) else "", found)


def _of_lock(packages: Mapping[str, Json]) -> Iterator[NpmPackage]:
    for path, entry in packages.items():
        if not path:
            continue  # the project itself
        place = pointer("/packages", path)
        name = path.rpartition(_INSIDE)[2]
        try:
            yield _package(entry, place, name)
        except BadInput as error:
            yield NpmPackage(error.place, name, "", error.message)


def _of_tree(dependencies: Mapping[str, Json], place: str, depth: int) -> Iterator[NpmPackage]:
    for name, entry in dependencies.items():
        here = pointer(place, name)
        try:
            yield _package(entry, here, name)
            inside = object_at(entry, "dependencies", here) if isinstance(entry, dict) else {}
        except BadInput as error:
            yield NpmPackage(error.place, name, "", error.message)
            continue
        if depth < MAX_DEPTH:
            yield from _of_tree(inside, f"{here}/dependencies", depth + 1)
        elif inside:
            yield NpmPackage(here, name, "", f"nested more than {MAX_DEPTH} deep")


def _package(entry: Json, place: str, name: str) -> NpmPackage:
    if not isinstance(entry, dict):
        return NpmPackage(place, name, "", "a wish for a version, not what is installed: give package-lock.json")
    if entry.get("missing") is True:
        return NpmPackage(place, name, "", f"{name} is missing here")
    if entry.get("link") is True or "version" not in entry:
        resolved = entry.get("resolved")
        reason = f"a link to {resolved}" if isinstance(resolved, str) else "no version is stated"
        return NpmPackage(place, name, "", reason)
    version = text_at(entry, "version", place)
    if version.startswith("npm:"):  # an alias: the package's own name stands in the version
        alias, _, version = version.removeprefix("npm:").rpartition("@")
        return NpmPackage(place, alias or name, version)
    return NpmPackage(place, text_at(entry, "name", place, default=name), version)
