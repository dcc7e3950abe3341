"""Where a target's bytes come from: the registered source targets, or a registry, asked once and kept."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Q
from packaging.utils import canonicalize_name

from levee.access.selectors import clearinghouse
from levee.formats.strict_json import as_object, list_at, read_json, text_at
from levee.kernel.errors import BadInput, LeveeError, NotFound
from levee.kernel.hashing import sha256
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs, ports
from levee.validation import scopes
from levee.validation.engine.build import source_target
from levee.validation.engine.fetching import fetch_target
from levee.validation.engine.targets import Ecosystem, FetchedTarget, parse_spec, read_target
from levee.validation.models import Target

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor

SOURCE = "source:"


def fetched(actor: Actor, spec: str, *, handed_in_by: UUID | None = None) -> FetchedTarget:
    """A target as bytes.

    Args:
        actor: the run that needs it.
        spec: `npm:NAME@VERSION`, `pypi:NAME@VERSION` or `source:NAME@VERSION`; a source's newest without a version.
        handed_in_by: the organisation that named it; one that a source target is not open to is told that there is
            none. The house where none is given.

    Raises:
        BadInput: the spec names nothing. NotFound: there is no such target. Unavailable: no registry answers.
    """
    return _registered(actor, spec, handed_in_by) if spec.startswith(SOURCE) else _from_registry(spec)


def at_version(spec: str, version: str) -> str:
    """The spec of the same target at another version.

    Raises:
        BadInput: that is not a version.
    """
    if not spec.startswith(SOURCE):
        return str(parse_spec(spec).at(version))
    return f"{spec.partition('@')[0]}@{version}"


def identity(target: FetchedTarget) -> str:
    """A target's name and version in one spelling, whatever its finder wrote."""
    name = canonicalize_name(target.name) if target.ecosystem is Ecosystem.PYPI else target.name
    return f"{target.ecosystem}:{name}@{target.version}"


def _registered(actor: Actor, spec: str, handed_in_by: UUID | None) -> FetchedTarget:
    name, _, version = spec.removeprefix(SOURCE).partition("@")
    with acting(actor):
        rows = Target.unscoped.filter(scopes.of_house(actor), name=name)
        if handed_in_by not in {None, clearinghouse()}:
            rows = rows.filter(Q(open_to=[]) | Q(open_to__contains=[handed_in_by]))
        row = (rows.filter(version=version) if version else rows).order_by("-added_at").first()
    if row is None:
        raise NotFound(f"no source target {name}{' ' + version if version else ''} is registered here")
    packed = blobs().get(BlobRef(id=row.archive, size=row.archive_size))
    return source_target(f"{SOURCE}{row.name}@{row.version}", packed)


def _from_registry(spec: str) -> FetchedTarget:
    folder = ports().fetched
    if folder is None:
        return fetch_target(spec)
    note = folder / "targets" / f"{sha256(str(parse_spec(spec)).encode()).hex()}.json"
    if note.is_file():
        kept = _kept(note, folder)
        if kept is not None:
            return kept
    target = fetch_target(spec)
    _keep(target, note, folder)
    return target


def _kept(note: Path, folder: Path) -> FetchedTarget | None:
    """What was fetched before; None where a part of it is gone or changed, and it is fetched again."""
    try:
        header = dict(as_object(read_json(note.read_bytes()), ""))
        items = [as_object(item, "") for item in list_at(header, "archives", "")]
        data = {text_at(item, "attachment", ""): _bytes(folder, text_at(item, "sha256", "")) for item in items}
        return read_target(header, data, "")
    except (OSError, LeveeError):
        return None


def _bytes(folder: Path, digest: str) -> bytes:
    return (folder / "bytes" / digest).read_bytes()


def _keep(target: FetchedTarget, note: Path, folder: Path) -> None:
    header, attachments = target.as_header("t")
    for archive, data in zip(target.archives, attachments.values(), strict=True):
        _write(folder / "bytes" / archive.sha256, data)
    _write(note, json.dumps(header).encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    Path(name).replace(path)


def named(spec: str) -> tuple[str, str]:
    """Name and version of a source target's spec.

    Raises:
        BadInput: it does not name a version.
    """
    name, _, version = spec.removeprefix(SOURCE).partition("@")
    if not spec.startswith(SOURCE) or not name or not version:
        raise BadInput("write source:NAME@VERSION", place="target")
    return name, version
