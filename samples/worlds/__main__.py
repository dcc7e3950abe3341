from __future__ import annotations

import argparse
from pathlib import Path

from samples.worlds import WORLDS, after_fixes, write, write_advisories

parser = argparse.ArgumentParser(
    prog="python -m samples.worlds", description="Write the synthetic operators' inventories, and the advisories that hit them."
)
parser.add_argument("folder", type=Path)
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()
for name, make in WORLDS.items():
    world = make(arguments.seed)
    write(world, arguments.folder / name / "before")
    write(after_fixes(world).world, arguments.folder / name / "after")
write_advisories(arguments.folder / "advisories")
