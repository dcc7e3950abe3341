"""How fast objects are kept, read, shredded and moved to a new epoch; run as `python bench/blobs.py [COUNT]`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from levee.kernel.ids import RandomIds
from levee.platform.blobs import FolderBlobs

HOLDER = UUID(int=1)
SIZE = 16_384


def main(count: int) -> None:
    """Print operations per second for objects of 16 KiB."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
        blobs = FolderBlobs(Path(place, "blobs"), Path(place, "keys"), ids=RandomIds())
        data = bytes(SIZE)
        began = time.perf_counter()
        refs = [blobs.put(data, holder=HOLDER) for _ in range(count)]
        began = tell("put", count, began)
        for ref in refs:
            blobs.get(ref)
        began = tell("get", count, began)
        blobs.rotate()
        began = tell("rotate", count, began)
        for ref in refs:
            blobs.shred(ref)
        tell("shred", count, began)


def tell(verb: str, count: int, began: float) -> float:
    """Print one line and return the present."""
    now = time.perf_counter()
    print(f"{verb:8}{count / (now - began):10,.0f} a second")
    return now


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
