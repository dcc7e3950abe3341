"""The CPU seconds that the operators' pages have used so far, their database connections included."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def of_operators_pages(folder: Path) -> float:
    """User and system time, together, of the house in that folder."""
    return sum(used(process) for process in Path("/proc").glob("[0-9]*") if belongs(process, folder))


def belongs(process: Path, folder: Path) -> bool:
    """Whether it serves this house's pages for operators, or is PostgreSQL's end of a connection of theirs."""
    try:
        words = (process / "cmdline").read_bytes().replace(b"\0", b" ").strip()
        if words.startswith(b"postgres: levee_operator "):
            return (process / "cwd").readlink().is_relative_to(folder)
        return words.endswith(b"levee.cli serve operators") and bytes(folder) in (process / "environ").read_bytes()
    except OSError:
        return False


def used(process: Path) -> float:
    """Of one process; nothing where it ended."""
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / TICKS
