"""Unpacking and building inside the sandbox, without network: a build and a run are apart, a build sees no proof."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput, LeveeError
from levee.kernel.hashing import canonical_json, sha256
from levee.platform.sandbox.port import MIB, Limits, Run
from levee.validation.engine import manifest as manifests
from levee.validation.engine.kinds import Language
from levee.validation.engine.runtime import interpreter
from levee.validation.engine.sealed import BuiltTarget, lay_out
from levee.validation.engine.targets import Archive, Ecosystem, FetchedTarget, Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from levee.platform.sandbox.port import Outcome, Sandbox

LIMITS = Limits(
    cpu_seconds=240.0,
    wall_seconds=300.0,
    memory=2048 * MIB,
    pids=128,
    output=1 * MIB,
    disk=1024 * MIB,
    inodes=200_000,
)
SANITIZE = (
    "-g",
    "-O1",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-static-libasan",  # as shared libraries of GCC 12 only one of the two follows log_path
    "-static-libubsan",
    "-fno-omit-frame-pointer",
    "-ffile-prefix-map=/w/src/=",
)
_WORDS = {"{cc}": ("gcc",), "{cxx}": ("g++",), "{sanitize}": SANITIZE}
_SANITIZED = b"__asan_init"
_BRIDGE = b"export const load = (name) => import(name);\n"
"""Imports ECMAScript modules from where the target's packages are found; the seal is over the target's files only."""
_LOG = 4000


class BuildFailed(LeveeError):
    """A target does not unpack or build; the advice is the end of the build's own log."""

    default_code = "build.failed"
    status = 422


class DoesNotApply(BuildFailed):
    """A patch does not apply to the target."""

    default_code = "patch.does_not_apply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A candidate patch as bytes: a unified diff, paths with one leading component."""

    diff: bytes

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the bytes."""
        return sha256(self.diff).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBuild:
    """A build's output as one archive of plain files, for whoever lays it out.

    Attributes:
        key: what was built, as `build_key` has it.
        packed: the archive, as hostile as the target. log: the end of what the build printed.
    """

    key: str
    packed: bytes
    log: str


def build_key(target: FetchedTarget, patch: Patch | None = None) -> str:
    """Hex SHA-256 over everything that a build sees."""
    return sha256(canonical_json([target.spec, target.digest, patch.digest if patch else ""])).hex()


def manifest_of(target: FetchedTarget) -> manifests.Manifest | None:
    """The manifest that a source target carries; None for a package of a registry.

    Raises:
        BadInput: a source target without a readable manifest.
    """
    return _manifest(target.archives[0].data) if target.ecosystem is Ecosystem.SOURCE else None


def _manifest(packed: bytes) -> manifests.Manifest:
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:") as archive:  # not compressed: nothing grows in memory
        for member in archive:
            if member.name.removeprefix("./") == manifests.FILE and member.isreg():
                stream = archive.extractfile(member)
                return manifests.read_manifest(stream.read(manifests.MOST + 1) if stream else b"")
    raise BadInput(f"the source has no {manifests.FILE}", code="target.manifest", place=manifests.FILE)


class Builder:
    """Builds targets into a folder of its own; a target that was built is not built again.

    Args:
        sandbox: where builds happen.
        folder: host folder for built trees, readable by the sandbox's users.
        drivers: host folder with the drivers, shown as /h.
        sealed: builds that were made before.
    """

    def __init__(self, *, sandbox: Sandbox, folder: Path, drivers: Path, sealed: Iterable[SealedBuild] = ()) -> None:
        self._sandbox, self._folder, self._drivers = sandbox, folder, drivers
        self._built: dict[str, BuiltTarget | BuildFailed] = {}
        self._sealed = {each.key: each for each in sealed}

    def build(self, target: FetchedTarget, patch: Patch | None = None) -> BuiltTarget:
        """Unpack and build a target, with a patch where one is given.

        Raises:
            BuildFailed: it does not unpack or build, or a source's programs carry no sanitizer.
            DoesNotApply: the patch does not apply.
            BadInput: the manifest breaks a rule. UnsafeSetup: the sandbox is not there.
        """
        key = build_key(target, patch)
        if key not in self._built:
            try:
                self._built[key] = self._lay_out(target, self.seal(target, patch))
            except BuildFailed as error:
                self._built[key] = error
        built = self._built[key]
        if isinstance(built, BuildFailed):
            raise built
        return built

    def seal(self, target: FetchedTarget, patch: Patch | None = None) -> SealedBuild:
        """Unpack and build a target, unless that was done before.

        Raises:
            BuildFailed, DoesNotApply, BadInput, UnsafeSetup: as `build`.
        """
        key = build_key(target, patch)
        if key not in self._sealed:
            self._sealed[key] = self._build(key, target, patch)
        return self._sealed[key]

    def _build(self, key: str, target: FetchedTarget, patch: Patch | None) -> SealedBuild:
        outcome = self._sandbox.run(self._run(target, patch, self._place(key)))
        packed = outcome.files.get("out.tar")
        log = (outcome.stdout + outcome.stderr)[-_LOG:].decode("utf-8", "replace")
        if outcome.exit != 0 or outcome.hits or packed is None:
            raise _failure(outcome, log)
        return SealedBuild(key=key, packed=packed, log=log)

    def _place(self, key: str) -> Path:
        return self._folder / key[:32]

    def _lay_out(self, target: FetchedTarget, sealed: SealedBuild) -> BuiltTarget:
        manifest, place = manifest_of(target), self._place(sealed.key)
        digest = lay_out(sealed.packed, place / "tree")
        _write(place / "tree" / "levee-import.mjs", _BRIDGE)
        built = BuiltTarget(
            spec=target.spec,
            ecosystem=target.ecosystem,
            name=target.name,
            version=target.version,
            digest=digest,
            tree=place / "tree",
            root=_root(target, manifest),
            log=sealed.log,
        )
        _check_programs(built, manifest)
        return built

    def _run(self, target: FetchedTarget, patch: Patch | None, place: Path) -> Run:
        manifest = manifest_of(target)
        archives = place / "archives"
        archives.mkdir(mode=0o755, parents=True)
        listed = [_lay(archives, index, archive) for index, archive in enumerate(target.archives)]
        if patch is not None:
            _write(archives / "patch", patch.diff)
        job = {
            "ecosystem": target.ecosystem,
            "archives": listed,
            "patch": "/a/patch" if patch else "",
            "root": _root(target, manifest),
            "commands": [_words(command) for command in manifest.build] if manifest else [],
        }
        python = interpreter(Language.PYTHON)
        return Run(
            argv=(python.path, "-I", "-S", "-B", "/h/build_driver.py"),
            trees={"/a": archives, "/h": self._drivers, **python.trees},
            stdin=json.dumps(job).encode(),
            environment={"LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "315532800"},
            limits=LIMITS,
            executable_work=target.ecosystem is not Ecosystem.NPM,
            collect=("out.tar", "does-not-apply"),
        )


def _root(target: FetchedTarget, manifest: manifests.Manifest | None) -> str:
    if target.ecosystem is Ecosystem.NPM:
        return target.archives[0].place
    if target.ecosystem is Ecosystem.PYPI:
        return "site"
    roots = {"javascript": f"node_modules/{target.name}", "python": "site"}
    return roots.get(manifest.language, "src") if manifest else "src"


def _lay(folder: Path, index: int, archive: Archive) -> dict[str, str]:
    suffix = ".whl" if archive.filename.endswith(".whl") else ".archive"
    name = f"{index}{suffix}"
    _write(folder / name, archive.data)
    return {"path": f"/a/{name}", "name": archive.name, "role": archive.role, "place": archive.place}


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    path.chmod(0o644)


def _words(command: tuple[str, ...]) -> list[str]:
    return [word for given in command for word in _WORDS.get(given, (given,))]


def _failure(outcome: Outcome, log: str) -> BuildFailed:
    if "does-not-apply" in outcome.files:
        return DoesNotApply("the patch does not apply", advice=log)
    if outcome.hits:
        return BuildFailed(f"the build met a limit: {', '.join(sorted(outcome.hits))}", advice=log)
    return BuildFailed("the target does not build", advice=log)


def _check_programs(built: BuiltTarget, manifest: manifests.Manifest | None) -> None:
    if manifest is None or manifest.language != "c":
        return
    for program in manifest.programs.values():
        path = built.tree / built.root / program.path
        if not path.is_file() or _SANITIZED not in path.read_bytes():
            raise BuildFailed(
                f"the program {program.name} was not built with AddressSanitizer",
                advice=f"put {{sanitize}} into its build commands in {manifests.FILE}",
            )


def drivers_folder(folder: Path) -> Path:
    """Write the drivers into `folder`, which is made, readable by everyone; returns it."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.chmod(0o755)
    for item in resources.files("levee.validation.engine.drivers").iterdir():
        if item.name.endswith(("_driver.py", "_driver.js")):
            _write(folder / item.name, item.read_bytes())
    return folder


def source_target(spec: str, packed: bytes) -> FetchedTarget:
    """A target from a tar archive of its source, with a manifest at its root.

    Raises:
        BadInput: it is no plain tar archive, or its manifest is missing or breaks a rule.
    """
    try:
        manifest = _manifest(packed)
    except (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, RecursionError) as error:
        raise BadInput(
            "the source is no tar archive",
            code="target.source",
            place=spec,
            advice="give a plain .tar, not compressed, with the manifest at its root",
        ) from error
    archive = Archive(
        name=manifest.name, version=manifest.version, filename="source.tar", role=Role.TARGET, data=packed
    )
    return FetchedTarget(
        spec=spec, ecosystem=Ecosystem.SOURCE, name=manifest.name, version=manifest.version, archives=(archive,)
    )
