"""Ports, events and jobs of one process, put in place once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.kernel.events import Events
from levee.platform.ports import Ports, install

if TYPE_CHECKING:
    from levee.settings import Settings


def wire(chosen: Settings) -> None:
    """Put the ports in place and tell events and jobs their handlers."""
    del chosen
    install(Ports(events=events(), on_refusal=lambda _actor, _error: None))


def events() -> Events:
    """Who hears of what: forward along the way of the data."""
    return Events()
