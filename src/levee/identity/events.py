from __future__ import annotations

from dataclasses import dataclass

from levee.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeaves(Event):
    """A person is being forgotten; the subject is its principal, whose name and addresses are still there to find."""
