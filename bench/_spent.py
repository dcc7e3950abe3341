"""What processes spend of the processors: a figure that other work on the same machine changes little."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TICKS = os.sysconf("SC_CLK_TCK")
PARENT, TIMES = 1, slice(11, 15)
"""Fields of `/proc/PID/stat` after the name: the parent, and the ticks of the process and of its ended children."""


def spent(parts: Mapping[str, int]) -> Mapping[str, float]:
    """Seconds that processes and all below them have spent so far.

    Args:
        parts: a name, and the process at the top.
    """
    children: dict[int, list[int]] = defaultdict(list)
    ticks: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        ticks[int(folder.name)] = sum(map(int, fields[TIMES]))
        children[int(fields[PARENT])].append(int(folder.name))

    def below(top: int) -> int:
        return ticks.get(top, 0) + sum(below(each) for each in children[top])

    return {name: below(top) / TICKS for name, top in parts.items()}
