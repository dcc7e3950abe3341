"""The samples of a checkout: the flood, the source target with its patches, the operators' inventories."""

from __future__ import annotations

import io
import sys
import tarfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import levee
from levee.kernel.errors import BadInput, UnsafeSetup

CHECKOUT = Path(levee.__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What the demo works on.

    Attributes:
        submissions: finder's name and finding, in order of arrival. swapped: targets turned into fixed versions.
    """

    seed: int
    submissions: tuple[tuple[str, dict[str, Any]], ...]
    finders: dict[str, dict[str, Any]]
    swapped: tuple[str, ...]

    @classmethod
    def load(cls, *, seed: int, swap: int) -> Samples:
        """Read the samples beside the package.

        Args:
            seed: of the flood and of the inventories.
            swap: how many vulnerable targets are turned into their fixed versions.

        Raises:
            UnsafeSetup: this is an installed package without them.
            BadInput: there are not so many targets.
        """
        if not (CHECKOUT / "samples" / "flood").is_dir():
            raise UnsafeSetup("the demo needs the samples of a checkout", advice="run script/demo in a checkout")
        sys.path.insert(0, str(CHECKOUT))
        flood = import_module("samples.flood")
        submissions = [(each["finder"], each["finding"]) for each in flood.findings(seed)]
        swapped = _swapped(submissions, swap)
        return cls(
            seed=seed,
            submissions=tuple((finder, _swap(finding, swapped)) for finder, finding in submissions),
            finders=flood.FINDERS,
            swapped=swapped,
        )

    def patch_for(self, signature: str) -> bytes | None:
        """The maintainer's own patch for a crash of the source target, found by the function that the crash names."""
        proofs = import_module("samples.tidepack_proofs")
        for cause in proofs.CAUSES.values():
            if cause.frame in signature:
                return Path(CHECKOUT / "samples" / "tidepack-patches" / cause.patch).read_bytes()
        return None

    def fixed_release(self) -> str:
        """The release in which the source target's maintainer ships the patches."""
        version: str = import_module("samples.tidepack_release").FIXED_VERSION
        return version

    def wrong_patch(self) -> bytes:
        """A patch that silences everything by breaking the library."""
        return (CHECKOUT / "samples" / "tidepack-patches" / "bad-cheat-early-return.patch").read_bytes()

    def source_target(self) -> tuple[str, bytes]:
        """The source target's name, and its tree as a tar archive."""
        folder, packed = CHECKOUT / "samples" / "tidepack", io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path in sorted(folder.rglob("*")):
                archive.add(path, arcname=str(path.relative_to(folder)), recursive=False)
        return folder.name, packed.getvalue()

    def world(self, name: str) -> Any:  # noqa: ANN401 - a World of the samples, which the package does not know
        """An operator: `bank`, `hospital` or `water`."""
        return import_module("samples.worlds").WORLDS[name](self.seed)

    @property
    def operators(self) -> dict[str, tuple[str, str]]:
        """The operators' names and sectors, by what their worlds are called."""
        worlds = import_module("samples.worlds").WORLDS
        return {name: (world.title, world.sector) for name in worlds for world in [self.world(name)]}

    def inventory(self, world: Any) -> bytes:  # noqa: ANN401 - the same
        """An operator's inventory as CycloneDX."""
        text: str = import_module("samples.worlds.files").cyclonedx(world)
        return text.encode()

    def after_fixes(self, world: Any, *, left: int) -> Any:  # noqa: ANN401 - the same
        """The operator once it has upgraded all places but some."""
        return import_module("samples.worlds").after_fixes(world, left).world


def _swapped(submissions: list[tuple[str, dict[str, Any]]], count: int) -> tuple[str, ...]:
    known = {finding["target"]: finding.get("contrast", "") for _, finding in submissions}
    with_fix = sorted(target for target, contrast in known.items() if contrast and not target.startswith("source:"))
    if count > len(with_fix):
        raise BadInput(f"at most {len(with_fix)} targets have a fixed version", place="--swap")
    return tuple(with_fix[:count])


def _swap(finding: dict[str, Any], swapped: tuple[str, ...]) -> dict[str, Any]:
    if finding["target"] not in swapped:
        return finding
    return {**finding, "target": f"{finding['target'].rpartition('@')[0]}@{finding['contrast']}"}
