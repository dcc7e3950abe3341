"""What the operators' pages and worker have used so far: CPU, their database connections included, and memory."""

from __future__ import annotations

import os
from pathlib import Path

WORKER = b"levee.cli worker --for operators"
TICKS = os.sysconf("SC_CLK_TCK")


def of_operators(folder: Path) -> float:
    """User and system time, together, of the house in that folder: its pages' and its worker's."""
    return sum(used(process) for process in Path("/proc").glob("[0-9]*") if belongs(process, folder))


def belongs(process: Path, folder: Path) -> bool:
    """Whether it serves this house's operators, or is PostgreSQL's end of a connection of theirs."""
    try:
        words = (process / "cmdline").read_bytes().replace(b"\0", b" ").strip()
        if words.startswith((b"postgres: levee_operator ", b"postgres: levee_matcher ")):
            return (process / "cwd").readlink().is_relative_to(folder)
        ours = words.endswith((b"levee.cli serve operators", WORKER))
        return ours and bytes(folder) in (process / "environ").read_bytes()
    except OSError:
        return False


def used(process: Path) -> float:
    """Of one process; nothing where it ended."""
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / TICKS


def most_held_by_matcher(folder: Path) -> int:
    """The most memory, in MiB, that the operators' worker of the house in that folder ever held."""
    for process in Path("/proc").glob("[0-9]*"):
        if belongs(process, folder) and WORKER.replace(b" ", b"\0") in (process / "cmdline").read_bytes():
            status = (process / "status").read_text()
            return int(status.partition("VmHWM:")[2].split()[0]) // 1024
    return 0
