"""What to do where it is left open whether a package is affected, in plain words. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.loosely import CPE, NAME

if TYPE_CHECKING:
    from levee.exposure.actions.folding import Remedy

_BY = {CPE: "CPE", NAME: "name"}


def called(remedy: Remedy) -> str:
    """The package as people call it: of a CPE's or a product's name, its words."""
    return " ".join(re.split(r"[:_/]+", remedy.package)) if remedy.ecosystem in _BY else remedy.package


def title(remedy: Remedy) -> str:
    """The action in one line."""
    by = f" (matched by {_BY[remedy.ecosystem]} alone)" if remedy.ecosystem in _BY else ""
    return f"Find out whether {called(remedy)} is affected{by}"


def what(remedy: Remedy, where: str) -> str:
    """What to do, in a sentence or two."""
    if remedy.ecosystem in _BY:
        return (
            f"An advisory may be about {called(remedy)} on {where}. It was matched by {_BY[remedy.ecosystem]} alone, "
            "a last resort: another product may have the same name. Read the advisory. See if it means your product "
            "and version."
        )
    return (
        f"Levee cannot tell whether {remedy.package} on {where} is affected; the reason stands beside each match. "
        f"Find out the exact version, and its distribution's release, and import your inventory again."
    )
