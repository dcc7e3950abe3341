"""Who looks at a case's clocks again, because something happened that may start or stop one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.course.replay import Moves
from levee.cases.rules.embargo import ConsentVerb, EmbargoVerb
from levee.platform.jobs import enqueue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from levee.cases.course.replay import Entry
    from levee.platform.database.acting import Act

KEEP, DROP, STATE = "keep", "drop", "state"
"""What a party does about clocks, as its history names it: a policy, or the word that something happened."""
WATCH_CLOCKS = "cases.watch_clocks"


def watch(act: Act, case: UUID, parties: Iterable[UUID], steps: Sequence[Entry]) -> None:
    """Let each party's clocks be looked at, by a run of its own that sees what the party sees."""
    if any(_matters(each) for each in steps):
        for party in parties:
            enqueue(act, WATCH_CLOCKS, subject=case, party=party)


def _matters(entry: Entry) -> bool:
    return (
        entry.moves in {Moves.FACTS, Moves.CLOCK, Moves.SILENCE}
        or (entry.moves is Moves.EMBARGO and entry.verb == EmbargoVerb.ACCEPT)
        or (entry.moves is Moves.CONSENT and entry.verb == ConsentVerb.INVITE)
    )
