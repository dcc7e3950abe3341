"""What clustering does when something happened below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.clustering.services import PLACE
from levee.platform.database.acting import current_act
from levee.platform.jobs import enqueue

if TYPE_CHECKING:
    from levee.validation.events import VerdictReached


def on_verdict(event: VerdictReached) -> None:
    """A verdict was reached, or judged by a person: let the finding find its place."""
    enqueue(current_act(), PLACE, subject=event.subject, party=clearinghouse())
