"""A gateway asks its house: what holds by now; and says what was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cli.client import call
from levee.kernel.errors import LeveeError

if TYPE_CHECKING:
    from datetime import datetime

    from levee.frontier.gateway.store import Store


def follow_once(store: Store, now: datetime) -> str:
    """Take in what the house says, and tell it how much was used; what came of it, in a line.

    A house that cannot be reached changes nothing here: what it said last speaks until it is stale. A statement that
    is refused holds up no other one.
    """
    try:
        said = call("POST", "/frontier/statements")["statements"]
    except (LeveeError, ValueError, KeyError, TypeError) as error:  # whatever stands between may answer anything
        return f"the house was not heard: {error}"
    at, refused = int(now.timestamp()), []
    for each in said:
        try:
            store.take(each.encode(), at)
        except LeveeError as error:
            refused.append(f"{error.place}: {error}".strip(": "))
    uses = [each for each in store.uses(at) if each.grant.id.startswith("GRT-")]
    for use in uses:
        _report(use.grant.id, use.spent)
    told = f"{len(said)} heard, {len(uses)} told"
    return f"{told}; refused: {'; '.join(refused)}" if refused else told


def _report(grant: str, spent: int) -> None:
    try:
        call("POST", f"/frontier/agreements/{grant.replace('GRT', 'AGR', 1)}/use", json={"spent": spent})
    except LeveeError:
        return  # of another house, or not the developer's: nobody is told
