"""What validation does when something happened below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.platform.database.acting import current_act
from levee.validation.services import start

if TYPE_CHECKING:
    from levee.findings.events import FindingReceived


def on_received(event: FindingReceived) -> None:
    """A finding came in: let a run of its own validate it."""
    start(current_act(), event.subject)
