from __future__ import annotations

from dataclasses import dataclass

from levee.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsChanged(Event):
    """Advisories of a feed are new, changed or gone; the subject is their batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalsChanged(Event):
    """Signals about vulnerabilities are new, changed or gone; the subject is their batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAlarmed(Event):
    """What a feed brought was kept out; the subject is the feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueGone(Event):
    """A catalogue of exploited flaws was removed: what it does not list is no longer a no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueHeld(Event):
    """A catalogue of exploited flaws is held for the first time: what it does not list is a no from now on."""
