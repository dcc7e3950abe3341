"""The end of links: with the embargo whose terms they showed, or because a new one takes their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from levee.access.selectors import clearinghouse
from levee.cases.rules.embargo import Embargo
from levee.cases.services.rows import case_for, state_of
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

CLOSE_LINKS = "cases.close_links"


def end_links(act: Act, case: UUID, *, participant: UUID | None = None, until: datetime | None = None) -> None:
    """End the links of a case and all that came of them: principals, sessions, passwords, passkeys, tokens.

    Args:
        act: of a coordinator of the case, or of a run of its house.
        case: the case.
        participant: of this one alone, which is then invited anew if it had declined; of all where none is given.
        until: those that were sent up to this instant; now where none is given.
    """
    with connection.cursor() as cursor:
        cursor.execute("select levee_contacts_end(%s, %s, %s, %s)", [case, participant, until or act.now, act.now])


def close_at_end(act: Act, case: UUID, end: datetime) -> None:
    """Let a job end the links at the end of the embargo; codes are refused from that instant whether it runs or not."""
    enqueue(act, CLOSE_LINKS, subject=case, party=clearinghouse(), delay=end - act.now)


def close_links(actor: Actor, case: UUID) -> None:
    """End what came of the links that an embargo's end has ended; nothing, where it has not come."""
    with acting(actor) as act:
        row = case_for(act, case)
        if state_of(row, act.now) is Embargo.EXITED:
            end_links(act, case, until=row.embargo_ended_at or row.embargo_end)
