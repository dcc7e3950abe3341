from __future__ import annotations

from dataclasses import dataclass

from levee.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFormed(Event):
    """A finding that is like no other was confirmed; the subject is the new cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterGrew(Event):
    """A cluster gained or lost members; the subject is the cluster."""
