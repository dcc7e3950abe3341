"""Releases of tidepack: the tree with some of the patches applied, made when asked for and never kept twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent
TREE = SAMPLES / "tidepack"
PATCHES = SAMPLES / "tidepack-patches"
VERSION = "1.0.0"
FIXED_VERSION = "1.1.0"
FIXES = (
    "fix-runs-expand.patch",
    "fix-journal-close.patch",
    "fix-label-join.patch",
    "fix-station-gain.patch",
    "fix-unit-width.patch",
    "fix-audit-pick.patch",
)


def lay_out(destination: Path, patches: Iterable[str] = ()) -> Path:
    """Copy the tree to `destination` (which must not exist) and apply these patches of samples/tidepack-patches/.

    Raises:
        subprocess.CalledProcessError: a patch does not apply.
    """
    shutil.copytree(TREE, destination, ignore=shutil.ignore_patterns("build", "__pycache__"))
    # git looks for a repository above the folder and would then skip files that lie outside its prefix
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(destination.resolve().parent)}
    for name in patches:
        subprocess.run(["git", "apply", str(PATCHES / name)], cwd=destination, env=environment, check=True)
    return destination


def fixed_release(destination: Path) -> Path:
    """Lay out the release that fixes every seeded cause, at its own version: what a maintainer would ship."""
    lay_out(destination, FIXES)
    manifest = destination / "levee-target.json"
    described = json.loads(manifest.read_text(encoding="utf-8")) | {"version": FIXED_VERSION}
    manifest.write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    return destination
