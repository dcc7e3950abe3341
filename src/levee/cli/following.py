"""A gateway asks its house: what holds by now; and says what was used, and what it sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cli.client import call
from levee.kernel.errors import LeveeError, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from levee.frontier.gateway.store import Store, Use
    from levee.frontier.gateway.transcripts import Transcripts


REWRITTEN = "frontier.rewritten"
"""What a house says of a log that does not hold what it held before."""


def follow_once(store: Store, kept: Transcripts | None, now: datetime) -> str:
    """Take in what the house says, and tell it how much was used and sealed; what came of it, in a line.

    Args:
        store: what the gateway knows.
        kept: what it sealed; None where nothing can be.
        now: this instant.

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
    told_of = [(use.grant.id, _report(use, kept, at)) for use in uses]
    refused += [f"{grant}: {why}" for grant, why in told_of if why]
    told = f"{len(said)} heard, {len(uses)} told"
    return f"{told}; refused: {'; '.join(refused)}" if refused else told


def _report(use: Use, kept: Transcripts | None, at: int) -> str:
    """Tell what was used and sealed of a grant; in a line why the house takes it for another log, empty otherwise."""
    grant = use.grant.id
    path = f"/frontier/agreements/{grant.replace('GRT', 'AGR', 1)}"
    try:
        known = int(call("GET", path)["sealed"])
        return _tell(f"{path}/use", use.spent, _grown(kept, grant, known, at))
    except LeveeError:
        return ""  # of another house, or not the developer's: nobody is told
    except (ValueError, KeyError, TypeError) as error:  # whatever stands between may answer anything
        return f"the house was not heard: {error}"


def _tell(path: str, spent: int, head: Mapping[str, object]) -> str:
    """Tell what was used and, where the house takes it, what was sealed; why it does not, empty where it does."""
    try:
        call("POST", path, json={"spent": spent, **head})
    except LeveeError as error:
        if error.code != REWRITTEN:
            raise
        call("POST", path, json={"spent": spent})
        return str(error)
    return ""


def _grown(kept: Transcripts | None, grant: str, known: int, at: int) -> Mapping[str, object]:
    """The head of a grant's log, and the proof that it has grown from so many exchanges; nothing where none is kept."""
    if kept is None:
        return {}
    try:
        head = kept.head(grant, at)
    except NotFound:
        return {}
    proof = kept.grown(head, known) if 0 < known <= head.size else ()
    return {"head": head.told(), "proof": [each.hex() for each in proof]}
