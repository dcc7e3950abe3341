"""Getting a target as bytes, from a registry or a folder of its source: on the trusted side, running nothing."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput, TooLarge
from levee.validation.engine.build import source_target
from levee.validation.engine.registries.npm import fetch_npm
from levee.validation.engine.registries.pypi import fetch_pypi
from levee.validation.engine.targets import Ecosystem, FetchedTarget, parse_spec

if TYPE_CHECKING:
    from levee.validation.engine.targets import Spec

MOST_SOURCE = 128 * 1024 * 1024
_LEFT_OUT = frozenset({".git", ".hg", ".svn", "__pycache__", "node_modules", ".venv"})


def fetch_target(spec: str | Spec, *, folder: Path | None = None) -> FetchedTarget:
    """Fetch a target and all that it needs, as bytes with digests.

    Args:
        spec: `npm:NAME@VERSION`, `pypi:NAME@VERSION`, or a path of a folder with a `levee-target.json`.
        folder: where fetched archives are kept between calls; None keeps none.

    Raises:
        BadInput: the spec names nothing. NotFound: no such package or version.
        Unavailable: no registry answers, or its bytes are not what it states.
    """
    text = str(spec)
    if not text.startswith(("npm:", "pypi:")) and Path(text).is_dir():
        return folder_target(Path(text))
    read = parse_spec(text)
    fetch = fetch_npm if read.ecosystem is Ecosystem.NPM else fetch_pypi
    return fetch(read, folder=folder)


def folder_target(folder: Path) -> FetchedTarget:
    """A target from a folder of its source; links are left out.

    Raises:
        BadInput: no such folder, or no readable manifest in it. TooLarge: over 128 MiB.
    """
    if not folder.is_dir():
        raise BadInput("there is no such folder", code="target.source", place=str(folder))
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(_files(folder)):
            info = tarfile.TarInfo(path.relative_to(folder).as_posix())
            info.size = path.stat().st_size
            info.mode = 0o755 if os.access(path, os.X_OK) else 0o644
            with path.open("rb") as stream:
                archive.addfile(info, stream)
            if made.tell() > MOST_SOURCE:
                raise TooLarge("the source has more than 128 MiB", code="target.source", place=str(folder))
    return source_target(f"folder:{folder.name}", made.getvalue())


def _files(folder: Path) -> list[Path]:
    found = []
    for place, names, files in os.walk(folder):
        names[:] = [name for name in names if name not in _LEFT_OUT]
        paths = [Path(place) / name for name in files]
        found += [path for path in paths if path.is_file() and not path.is_symlink()]
    return found
