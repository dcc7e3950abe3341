"""Who looks at a case's clocks again, because something happened that may start or stop one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.course.replay import Moves
from levee.cases.rules.embargo import ConsentVerb, EmbargoVerb
from levee.platform.jobs import enqueue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from levee.cases.course.replay import Entry
    from levee.cases.models import Participant
    from levee.platform.database.acting import Act

KEEP, DROP, STATE = "keep", "drop", "state"
"""What a party does about clocks, as its history names it: a policy, or the word that something happened."""
WATCH_CLOCKS = "cases.watch_clocks"


def watch(act: Act, case: UUID, seats: Mapping[UUID, Participant], owner: UUID | None, steps: Sequence[Entry]) -> None:
    """Let clocks be looked at, for each party by a run of its own that sees what the party sees.

    What happens with one vendor starts and stops the clocks that ask it, and the owner hears of these; all else may
    concern everyone.
    """
    concerned: set[UUID] = set()
    for each in filter(_matters, steps):
        of_one = each.moves is Moves.FACTS and each.seat is not None and owner is not None
        concerned |= {each.seat, owner} if of_one else seats.keys()  # type: ignore[arg-type]  # both are there
    for party in {seats[seat].party for seat in concerned if seat in seats}:
        enqueue(act, WATCH_CLOCKS, subject=case, party=party)


def _matters(entry: Entry) -> bool:
    return (
        entry.moves in {Moves.FACTS, Moves.CLOCK, Moves.SILENCE}
        or (entry.moves is Moves.EMBARGO and entry.verb == EmbargoVerb.ACCEPT)
        or (entry.moves is Moves.CONSENT and entry.verb == ConsentVerb.INVITE)
    )
