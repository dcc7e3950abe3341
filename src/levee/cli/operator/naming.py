"""Which inventory a list belongs to where nobody says so: taken for another's, it would confirm what was never done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.inventory import selectors
from levee.inventory.reading import OF_ONE_MACHINE
from levee.kernel.errors import Conflict

if TYPE_CHECKING:
    from levee.inventory.types import Reading
    from levee.policy.actors import Actor

ALL = "all"
SHOWN = 3


def name_for(actor: Actor, reading: Reading) -> str:
    """The name of the inventory that a file is the newest state of.

    What a package manager prints is about its machine alone, and is called after it. Everything else is about all
    that there is.

    Raises:
        Conflict: none of the machines that are known so far is in the file.
    """
    if reading.kind in OF_ONE_MACHINE and len(reading.assets) == 1:
        return reading.assets[0].name
    if reading.partial or reading.adds_only:
        return ALL  # it takes nothing away
    held = next((each for each in selectors.inventories(actor) if each.name == ALL), None)
    known = {each.name for each in selectors.assets(actor, held.id)} if held else set()
    if known and not known.intersection(each.name for each in reading.assets):
        some = ", ".join(sorted(known)[:SHOWN]) + (", …" if len(known) > SHOWN else "")
        raise Conflict(
            f"this list names none of the machines that are known so far ({some}): they would count as gone",
            place="--name",
            advice=f"give it a name of its own beside them: --name NAME; or, where they are gone, --name {ALL}",
        )
    return ALL
