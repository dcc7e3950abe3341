"""The titles of CWE entries, from the catalogue that comes with the CSAF validator, so that both agree."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def _histories() -> dict[str, list[tuple[str, str | None]]]:
    catalogue = json.loads((files("csaf") / "csaf" / "v21" / "cwe" / "catalog.json").read_text())
    return {key: entry["history"] for key, entry in catalogue["weaknesses"].items()}


def title_of(cwe: str) -> str:
    """The newest title of `CWE-79`; empty for none and for one that the catalogue does not know."""
    history = _histories().get(cwe.removeprefix("CWE-"), _histories().get(cwe, []))
    return next((title for _, title in reversed(history) if title), "")
