from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from levee.cli.inventory import bytes_of
from levee.formats.strict_json import read_json
from levee.frontier.determination.plan import read_plan
from levee.kernel.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from levee.frontier.determination.plan import Plan


def needs_evals() -> None:
    """Refuse, with what to do, where numpy and scipy are not installed."""
    for needed in ("numpy", "scipy"):
        if find_spec(needed) is None:
            raise Unavailable(f"{needed} is not installed here", advice="pip install 'levee[evals]'")


def plan_in(file: Path) -> Plan:
    """The plan in a file, for commands that decide on it."""
    needs_evals()
    return read_plan(read_json(bytes_of(file)))


def written(file: Path, data: bytes) -> None:
    """Write a file, or say why not."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", place=str(file)) from error
