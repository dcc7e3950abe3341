"""A small client of Python package indexes: the simple repository API as JSON or HTML (PEP 691, 503, 658).

It unpacks nothing but single metadata files, in memory, and runs nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from levee.kernel.errors import NotFound, Unavailable
from levee.validation.engine.kinds import Language
from levee.validation.engine.registries.clients import pip_registry
from levee.validation.engine.registries.download import Fetcher, answers_read
from levee.validation.engine.registries.metadata import build_requirements, requirements
from levee.validation.engine.registries.simple_index import ACCEPT, IndexFile, read_index
from levee.validation.engine.registries.wheel_choice import choose, marker_environment, version_of
from levee.validation.engine.runtime import interpreter
from levee.validation.engine.targets import Archive, Ecosystem, FetchedTarget, Role, Spec

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.version import Version

    from levee.validation.engine.registries.clients import Registry

_MOST_PACKAGES = 200


def fetch_pypi(spec: Spec, *, folder: Path | None, registry: Registry | None = None) -> FetchedTarget:
    """Fetch a package at a version, and what it needs to run and to be built, as bytes.

    Raises:
        NotFound: no such package or version. Unavailable: no index answers, or bytes are not what it states.
    """
    with answers_read(), Fetcher(registry or pip_registry(), folder) as fetcher:
        return _Resolution(fetcher).resolve(spec)


class _Resolution:
    """Takes, for each name, the newest version that everything met so far allows."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._python = interpreter(Language.PYTHON).version
        self._indexes: dict[str, list[IndexFile]] = {}
        self._archives: list[Archive] = []
        self._released = ""

    def resolve(self, spec: Spec) -> FetchedTarget:
        """The target, its dependencies, then what sources among them need to be built."""
        self._follow([Requirement(f"{spec.name}=={spec.version}")], Role.DEPENDENCY)
        run_time = tuple(self._archives)
        self._released = self._upload_of(run_time[0])
        needed = [
            requirement
            for archive in run_time
            if not archive.filename.endswith(".whl")
            for requirement in build_requirements(archive.data)
        ]
        self._archives = []
        self._follow(needed, Role.BUILD)
        name, version = run_time[0].name, run_time[0].version
        target = Archive(
            name=name, version=version, filename=run_time[0].filename, role=Role.TARGET, data=run_time[0].data
        )
        return FetchedTarget(
            spec=str(spec),
            ecosystem=Ecosystem.PYPI,
            name=spec.name,
            version=spec.version,
            archives=(target, *run_time[1:], *self._archives),
        )

    def _follow(self, wanted: list[Requirement], role: Role) -> None:
        chosen: dict[str, Version] = {}
        met: dict[str, list[Requirement]] = {}
        waiting = list(wanted)
        while waiting:
            requirement = waiting.pop(0)
            name = canonicalize_name(requirement.name)
            met.setdefault(name, []).append(requirement)
            if name in chosen:
                if not requirement.specifier.contains(chosen[name], prereleases=True):
                    raise Unavailable(f"the requirements on {name} do not fit together", code="registry.conflict")
                continue
            archive, version = self._fetch(name, met[name], role)
            chosen[name] = version
            self._archives.append(archive)
            if len(chosen) > _MOST_PACKAGES:
                raise Unavailable(f"more than {_MOST_PACKAGES} packages are needed", code="registry.too_many")
            waiting += self._needed(archive, requirement)

    def _needed(self, archive: Archive, by: Requirement) -> list[Requirement]:
        extras = by.extras or {""}
        environments = [{**marker_environment(self._python), "extra": extra} for extra in extras]
        found = []
        for text in requirements(archive.data):
            try:
                requirement = Requirement(text)
            except InvalidRequirement:
                continue  # old metadata holds lines that no installer reads either
            marker = requirement.marker
            if requirement.url is None and (marker is None or any(marker.evaluate(one) for one in environments)):
                found.append(requirement)
        return found

    def _files(self, name: str) -> list[IndexFile]:
        if name not in self._indexes:
            for base in self._fetcher.registry.indexes:
                address = f"{base}/{name}/"
                try:
                    body, media = self._fetcher.get(address, accept=ACCEPT)
                except NotFound:
                    continue
                self._indexes[name] = read_index(body, media, address)
                break
            else:
                raise NotFound(f"the index has no {name}", code="registry.not_found")
        return self._indexes[name]

    def _upload_of(self, archive: Archive) -> str:
        listed = self._indexes[canonicalize_name(archive.name)]
        return next((file.uploaded for file in listed if file.filename == archive.filename), "")

    def _fetch(self, name: str, wanted: list[Requirement], role: Role) -> tuple[Archive, Version]:
        until = self._released if role is Role.BUILD else ""
        file = choose(self._files(name), wanted, self._python, until=until)
        version = version_of(file.filename) if file else None
        if file is None or version is None:
            raise NotFound(f"no file of {', '.join(map(str, wanted))} suits this Python", code="registry.not_found")
        data = self._fetcher.archive(
            file.url,
            kept_as=f"sha256-{file.sha256}",
            intact=lambda data: hashlib.sha256(data).hexdigest() == file.sha256,
        )
        return Archive(name=name, version=str(version), filename=file.filename, role=role, data=data), version
