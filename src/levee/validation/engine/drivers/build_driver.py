"""Levee's build driver; it stands alone and is run by the sandbox, never imported.

Unpacks archives from /a, runs what a build needs, and leaves one plain archive of the result at /w/out.tar. It runs
hostile code (build scripts), so nothing that it says is believed beyond that archive's bytes. Job on standard input.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

OUT = Path("/w/out")
SOURCE = Path("/w/src")
TOOLS = Path("/w/tools")
MOST_BYTES = 512 * 1024 * 1024
MOST_FILES = 60_000
CHUNK = 1024 * 1024
BACKEND = """
import importlib, sys
sys.path[:0] = ['.', *sys.argv[3].split(':')] if sys.argv[3] else ['.']
name, _, path = sys.argv[1].partition(':')
backend = importlib.import_module(name)
for part in filter(None, path.split('.')):
    backend = getattr(backend, part)
backend.build_wheel(sys.argv[2])
"""
written = {"bytes": 0, "files": 0}


class Refused(Exception):
    """An archive breaks a rule."""


def inside(name: str, strip: int) -> PurePosixPath | None:
    """A member's path below its folder; None for one that is only the folder itself."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise Refused(f"a member leaves its folder: {name[:80]!r}")
    parts = [part for part in path.parts if part != "."][strip:]
    return PurePosixPath(*parts) if parts else None


def write(stream: Any, path: Path, *, executable: bool) -> None:  # noqa: ANN401 (a readable binary stream)
    """Write one member, counting bytes as they come out: sizes that an archive states are not believed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written["files"] += 1
    with path.open("wb") as file:
        while chunk := stream.read(CHUNK):
            written["bytes"] += len(chunk)
            if written["bytes"] > MOST_BYTES:
                raise Refused("the archives unpack to more than 512 MiB")
            file.write(chunk)
    if written["files"] > MOST_FILES:
        raise Refused("the archives hold too many files")
    path.chmod(0o755 if executable else 0o644)


def unpack_tar(archive: Path, folder: Path, strip: int) -> None:
    """Regular files only; links and devices are left out."""
    with tarfile.open(archive) as tar:
        for member in tar:
            place = inside(member.name, strip)
            stream = tar.extractfile(member) if member.isreg() else None
            if place is not None and stream is not None:
                write(stream, folder / place, executable=bool(member.mode & 0o100))


def unpack_zip(archive: Path, folder: Path, strip: int) -> None:
    """Regular files only."""
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            place = inside(member.filename, strip)
            if place is not None and not member.is_dir() and (member.external_attr >> 28) in {0, 8}:
                with packed.open(member) as stream:
                    write(stream, folder / place, executable=bool((member.external_attr >> 16) & 0o100))


def unpack(archive: Path, folder: Path, strip: int) -> None:
    """Unpack by what the bytes are, not by what the name says."""
    if zipfile.is_zipfile(archive):
        unpack_zip(archive, folder, strip)
    else:
        unpack_tar(archive, folder, strip)


def install_wheel(archive: Path, folder: Path) -> None:
    """Lay a wheel out as an installer would, without scripts and data (binary distribution format, PEP 427)."""
    unpack_zip(archive, folder, 0)
    for data in folder.glob("*.data"):
        for part in ("purelib", "platlib"):
            if (data / part).is_dir():
                shutil.copytree(data / part, folder, dirs_exist_ok=True)
        shutil.rmtree(data)


def build_wheel(name: str, archive: Path) -> Path:
    """Build a source distribution by its own backend (PEP 517), offline, with the tools that were carried."""
    source, wheels = Path("/w/sdist") / name, Path("/w/wheels") / name
    unpack(archive, source, 1)
    wheels.mkdir(parents=True)
    system: dict[str, Any] = {}
    if (source / "pyproject.toml").is_file():
        system = tomllib.loads((source / "pyproject.toml").read_text("utf-8")).get("build-system", {})
    backend = system.get("build-backend", "setuptools.build_meta:__legacy__")
    paths = [str(source / path) for path in system.get("backend-path", [])] + [str(TOOLS)]
    run([sys.executable, "-S", "-c", BACKEND, backend, str(wheels), ":".join(paths)], source)
    return next(iter(wheels.glob("*.whl")))


def run(command: list[str], folder: Path) -> None:
    """One build step; its output goes where people can read it."""
    environment = dict(os.environ, PYTHONPATH=str(TOOLS), TMPDIR="/w/tmp", HOME="/w/tmp")
    Path("/w/tmp").mkdir(exist_ok=True)
    done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Refused(f"{command[0].rpartition('/')[2]} ended with status {done.returncode}")


def apply(patch: str, folder: Path) -> None:
    """Apply a patch as it is, without looking for where else it might fit."""
    for mode in ("--check", "--verbose"):
        done = subprocess.run(
            ["/usr/bin/git", "apply", mode, "-p1", "--whitespace=nowarn", patch], cwd=folder, check=False
        )
        if done.returncode:
            Path("/w/does-not-apply").write_text("the patch does not apply\n")
            raise Refused("the patch does not apply")


def lay_out(job: dict[str, Any]) -> None:
    """Unpack and build what the job names."""
    for item in job["archives"]:
        archive = Path(item["path"])
        if item["role"] == "build":
            install_wheel(archive, TOOLS)
        elif job["ecosystem"] == "npm":
            unpack(archive, OUT / item["place"], 1)
        elif job["ecosystem"] == "source":
            unpack(archive, SOURCE, 0)
    for item in job["archives"]:
        if job["ecosystem"] == "pypi" and item["role"] != "build":
            archive = Path(item["path"])
            wheel = archive if item["path"].endswith(".whl") else build_wheel(item["name"], archive)
            install_wheel(wheel, OUT / "site")
    if job["patch"]:
        apply(job["patch"], SOURCE if job["ecosystem"] == "source" else OUT / job["root"])
    for command in job["commands"]:
        run(command, SOURCE)
    if job["ecosystem"] == "source":
        (OUT / job["root"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(SOURCE, OUT / job["root"])


def seal() -> None:
    """One archive of plain files in a fixed order."""
    with tarfile.open("/w/out.tar", "w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(OUT.rglob("*")):
            if path.is_symlink() or not path.is_file():
                continue
            info = tarfile.TarInfo(str(path.relative_to(OUT)))
            info.size, info.mode = path.stat().st_size, 0o755 if path.stat().st_mode & 0o100 else 0o644
            with path.open("rb") as stream:
                tar.addfile(info, stream)


if __name__ == "__main__":
    try:
        lay_out(json.load(sys.stdin))
        seal()
    except (Refused, tarfile.TarError, zipfile.BadZipFile, OSError, ValueError, StopIteration) as error:
        sys.exit(f"levee: {error}")
