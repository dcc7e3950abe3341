"""A small npm client: packument, tarball, digest. It unpacks nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from levee.kernel.errors import NotFound, Unavailable
from levee.validation.engine.registries.clients import npm_registry
from levee.validation.engine.registries.download import Fetcher, answers_read
from levee.validation.engine.registries.npm_ranges import newest
from levee.validation.engine.targets import Archive, Ecosystem, FetchedTarget, Role, Spec, parse_spec

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from levee.validation.engine.registries.clients import Registry

_ACCEPT = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8"
_MOST_PACKAGES = 400


def fetch_npm(spec: Spec, *, folder: Path | None, registry: Registry | None = None) -> FetchedTarget:
    """Fetch a package at a version, and what it needs, as bytes.

    Raises:
        NotFound: no such package or version. Unavailable: no registry answers, or bytes are not what it states.
    """
    with answers_read(), Fetcher(registry or npm_registry(), folder) as fetcher:
        return _Resolution(fetcher).resolve(spec)


class _Resolution:
    """Lays packages out as npm does: at the top where the name is free there, else inside the one that needs it."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._packuments: dict[str, dict[str, Any]] = {}
        self._archives: list[Archive] = []
        self._placed: dict[str, str] = {}

    def resolve(self, spec: Spec) -> FetchedTarget:
        """The target first, then its dependencies, breadth first."""
        waiting = [(spec.name, spec.version, f"node_modules/{spec.name}", Role.TARGET)]
        while waiting:
            name, version, place, role = waiting.pop(0)
            if self._placed.get(place) == version:
                continue
            self._placed[place] = version
            record = self._record(name, version)
            self._archives.append(self._archive(record, name, version, place, role))
            if len(self._archives) > _MOST_PACKAGES:
                raise Unavailable(f"{spec} needs more than {_MOST_PACKAGES} packages", code="registry.too_many")
            for needed, allowed in sorted((record.get("dependencies") or {}).items()):
                chosen = self._choose(str(needed), str(allowed))
                where = self._place(str(needed), chosen, place)
                if where:
                    waiting.append((str(needed), chosen, where, Role.DEPENDENCY))
                    self._placed.setdefault(where, "")
        return FetchedTarget(
            spec=str(spec),
            ecosystem=Ecosystem.NPM,
            name=spec.name,
            version=spec.version,
            archives=tuple(self._archives),
        )

    def _place(self, name: str, version: str, needed_by: str) -> str:
        top = f"node_modules/{name}"
        if self._placed.get(top) == version:
            return ""
        return top if top not in self._placed else f"{needed_by}/node_modules/{name}"

    def _packument(self, name: str) -> dict[str, Any]:
        if name not in self._packuments:
            registry = self._fetcher.registry
            base = registry.scopes.get(name.partition("/")[0], registry.indexes[0])
            body, _ = self._fetcher.get(f"{base}/{quote(name, safe='@')}", accept=_ACCEPT)
            try:
                read = json.loads(body)
            except ValueError as error:
                raise Unavailable("the registry's answer cannot be read", code="registry.answer") from error
            if not isinstance(read, dict) or not isinstance(read.get("versions"), dict):
                raise Unavailable("the registry's answer is no packument", code="registry.answer")
            self._packuments[name] = read
        return self._packuments[name]

    def _record(self, name: str, version: str) -> dict[str, Any]:
        record = self._packument(name)["versions"].get(version)
        if not isinstance(record, dict):
            raise NotFound(f"the registry has no {name} {version}", code="registry.not_found")
        return record

    def _choose(self, name: str, allowed: str) -> str:
        spec = parse_spec(f"npm:{name}@0")  # the strict grammar holds for names that packages give, too
        packument = self._packument(spec.name)
        tagged = (packument.get("dist-tags") or {}).get(allowed or "latest")
        chosen = tagged if isinstance(tagged, str) else newest(packument["versions"], allowed)
        if chosen is None:
            raise NotFound(f"no version of {name} is in the range {allowed[:80]}", code="registry.not_found")
        return str(chosen)

    def _archive(self, record: dict[str, Any], name: str, version: str, place: str, role: Role) -> Archive:
        dist = record.get("dist") or {}
        stated = str(dist.get("integrity") or "")
        if not stated and isinstance(dist.get("shasum"), str):
            stated = f"sha1-{base64.b64encode(bytes.fromhex(dist['shasum'])).decode()}"
        algorithm, expected = _strongest(stated)
        data = self._fetcher.archive(
            str(dist.get("tarball", "")),
            kept_as=f"{algorithm}-{expected.hex()}",
            intact=lambda data: hashlib.new(algorithm, data, usedforsecurity=False).digest() == expected,
        )
        return Archive(name=name, version=version, filename=f"{version}.tgz", role=role, place=place, data=data)


def _strongest(integrity: str) -> tuple[str, bytes]:
    """The strongest digest of a subresource integrity text."""
    for algorithm in ("sha512", "sha384", "sha256", "sha1"):
        for word in integrity.split():
            if word.startswith(f"{algorithm}-"):
                return algorithm, base64.b64decode(word.partition("-")[2].partition("?")[0])
    raise Unavailable("the registry states no digest for the package", code="registry.digest")
