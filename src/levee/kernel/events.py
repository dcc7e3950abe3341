"""What happened, told upwards.

A subsystem announces a fact; handlers are wired in `levee.app` and run in the announcing transaction, so a handler only
enqueues a job of its own. An event that nobody is wired to raises: silence is never an accident.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one subject.

    Carries keys; content only where the act that announces it has it at hand, and its handlers would read it again.
    """

    subject: UUID


_E = TypeVar("_E", bound=Event)


class Events:
    """Who hears of what."""

    def __init__(self) -> None:
        self._handlers: dict[type[Event], list[Callable[..., None]]] = {}

    def wire(self, kind: type[_E], *handlers: Callable[[_E], None]) -> None:
        """Let handlers hear of a kind of event; with none given, the event is declared to be of no consequence."""
        self._handlers.setdefault(kind, []).extend(handlers)

    def announce(self, event: Event) -> None:
        """Tell everyone who is wired.

        Raises:
            LookupError: nobody is wired to this kind of event.
        """
        if type(event) not in self._handlers:
            message = f"nobody is wired to {type(event).__qualname__}: wire it in levee.app"
            raise LookupError(message)
        for handler in self._handlers[type(event)]:
            handler(event)


EVENTS = Events()
