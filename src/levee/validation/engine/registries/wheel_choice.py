"""Which file of a Python package suits the sandbox: a wheel that fits, a pure one of another platform, else source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging import tags
from packaging.markers import default_environment
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.requirements import Requirement
    from packaging.version import Version

    from levee.validation.engine.registries.simple_index import IndexFile

_WHEEL, _FOREIGN_PURE, _SOURCE = 3, 2, 1


def version_of(filename: str) -> Version | None:
    """The version that a file's name states; None for a file of no known kind."""
    try:
        return parse_wheel_filename(filename)[1] if filename.endswith(".whl") else parse_sdist_filename(filename)[1]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None


def choose(files: Iterable[IndexFile], wanted: list[Requirement], python: str, *, until: str = "") -> IndexFile | None:
    """The file to take: the newest version that is allowed, not yanked, not a prerelease; then the best kind of file.

    A version that is asked for exactly may be yanked or a prerelease. With `until`, files uploaded later are taken only
    where there is no earlier one: tools of a release's own day know how to build it.
    """
    listed = list(files)
    earlier = [file for file in listed if until and "" < file.uploaded <= until]
    return _newest(earlier, wanted, python) or _newest(listed, wanted, python)


def _newest(files: Iterable[IndexFile], wanted: list[Requirement], python: str) -> IndexFile | None:
    fits = _Fits(python)
    exact = any(clause.operator == "==" for requirement in wanted for clause in requirement.specifier)
    best: tuple[tuple[Version, int], IndexFile] | None = None
    for file in files:
        version, kind = version_of(file.filename), fits.kind(file.filename)
        if version is None or not kind or not _runs(file.requires_python, python) or (file.yanked and not exact):
            continue
        if not all(one.specifier.contains(version, prereleases=True if exact else None) for one in wanted):
            continue
        if version.is_prerelease and not exact:
            continue
        if best is None or (version, kind) > best[0]:
            best = ((version, kind), file)
    return best[1] if best else None


def _runs(requires_python: str, python: str) -> bool:
    try:
        return SpecifierSet(requires_python).contains(python, prereleases=True)
    except InvalidSpecifier:
        return True


class _Fits:
    """How well a file suits an interpreter."""

    def __init__(self, python: str) -> None:
        major, minor = (int(part) for part in python.split(".")[:2])
        own = list(tags.cpython_tags((major, minor)))
        pure = list(tags.compatible_tags((major, minor)))
        self._tags = frozenset([*own, *pure])
        self._pure = frozenset(tag.interpreter for tag in pure)

    def kind(self, filename: str) -> int:
        """3 a wheel that fits, 2 a pure one of another platform, 1 source, 0 nothing."""
        if not filename.endswith(".whl"):
            return _SOURCE if filename.endswith((".tar.gz", ".zip")) else 0
        try:
            stated = parse_wheel_filename(filename)[3]
        except InvalidWheelFilename:
            return 0
        if stated & self._tags:
            return _WHEEL
        pure = any(tag.abi == "none" and tag.interpreter in self._pure for tag in stated)
        return _FOREIGN_PURE if pure else 0


def marker_environment(python: str) -> dict[str, str]:
    """What markers are evaluated in: this host, with the sandbox's Python."""
    environment = {key: str(value) for key, value in default_environment().items()}
    return environment | {"python_version": ".".join(python.split(".")[:2]), "python_full_version": python}
