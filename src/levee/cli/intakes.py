"""Waiting for a large file that a job of the server takes in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from levee.cli.client import call
from levee.kernel.errors import LeveeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.kernel.progress import Tell

LOOKS_EVERY = 0.5  # seconds
_DOING = {"waiting": "waiting for its turn", "reading": "rows read", "storing": "components written"}


def _get(path: str) -> Any:  # noqa: ANN401 - JSON as it comes
    return call("GET", path)


def followed(intake: dict[str, Any], tell: Tell, get: Callable[[str], Any] = _get) -> dict[str, Any]:
    """Wait until a file is an import, and tell how far it is; it goes on without whoever waits.

    Args:
        intake: as the server answered.
        tell: hears how far it is.
        get: asks the server.

    Returns:
        The import, as the server shows it.

    Raises:
        LeveeError: it failed; with the place in the file, and what to do.
    """
    key = intake["public_id"]
    while intake["state"] in _DOING:
        tell(_DOING[intake["state"]], intake["progress"], intake["expected"])
        time.sleep(LOOKS_EVERY)
        intake = get(f"/inventory/intakes/{key}")
    if fault := intake["fault"]:
        advice = f"{fault['advice'].rstrip('.')}; then: levee inventory again {key}" if fault["advice"] else ""
        raise LeveeError(fault["message"], code=fault["code"], place=fault["place"], advice=advice)
    imported: dict[str, Any] = get(f"/inventory/imports/{intake['import_id']}")
    return imported
