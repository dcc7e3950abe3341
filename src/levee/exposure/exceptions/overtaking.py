"""Ending an exception because of what became of its action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.exposure import scopes
from levee.exposure.exceptions import states as leave
from levee.exposure.exceptions.states import LeaveState
from levee.exposure.models import Leave

if TYPE_CHECKING:
    from uuid import UUID

    from levee.exposure.exceptions.states import LeaveVerb
    from levee.platform.database.acting import Act


def end_leave(act: Act, action: UUID, verb: LeaveVerb) -> None:
    """End the exception of an action, if there is one that runs; `act` is a run's."""
    for row in Leave.unscoped.filter(scopes.visible(act.actor), action=action, ended_at=None):
        state = leave.after(LeaveState(row.state), verb, act.actor.kind)
        Leave.unscoped.filter(organisation=row.organisation, id=row.id).update(state=state, ended_at=act.now)
