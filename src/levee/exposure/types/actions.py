from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from levee.exposure.actions import wording
from levee.formats.signals import NOTHING_KNOWN, Signals
from levee.inventory.types import Criticality
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.actions.folding import Remedy
    from levee.exposure.actions.states import State, Verb
    from levee.exposure.priority.timelines import Timeline
    from levee.exposure.types.decisions import Exemption, ForensicCase
    from levee.exposure.types.matches import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to an action, and the date that it got by it."""

    at: datetime
    what: str
    note: str
    timeline: Timeline | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do: one fix for one owner.

    Attributes:
        assets, vulnerabilities: names, each once. due_at: None for "with the next upgrade".
        standing: "Due under …" for those whom the policy binds, "Suggested by …" for all others.
        signals: what is publicly known of the vulnerabilities together. criticality: of the most critical asset.
        clears: how many matches the one fix clears.
    """

    id: UUID
    remedy: Remedy
    state: State
    assets: tuple[str, ...]
    vulnerabilities: tuple[str, ...]
    due_at: datetime | None
    overdue: bool
    timeline: Timeline
    standing: str
    exploited: bool
    signals: Signals = NOTHING_KNOWN
    criticality: Criticality = Criticality.UNKNOWN
    clears: int = 1
    opened_at: datetime
    state_at: datetime
    reopened: int

    @property
    def public_id(self) -> str:
        """`ACT-…`."""
        return public_id("ACT", self.id)

    @property
    def title(self) -> str:
        """What to do, in one line."""
        return wording.title(self.remedy)

    @property
    def what(self) -> str:
        """What to do, in a sentence or two."""
        return wording.what(self.remedy, self.assets)

    @property
    def where(self) -> str:
        """The assets in a sentence."""
        return wording.names(self.assets)

    @property
    def why(self) -> str:
        """The vulnerabilities in a sentence."""
        return wording.names(self.vulnerabilities)

    @property
    def assumed(self) -> int:
        """How many of the four inputs nobody states."""
        return self.timeline.assumed

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it stands where it stands in the list, the weightiest first; the order rests on nothing else."""
        return wording.reasons(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A step of an action that its operator is told of.

    Attributes:
        step: its key. first: the action did not exist before it. note: what stands in the action's history.
    """

    step: UUID
    at: datetime
    verb: Verb
    first: bool
    note: str
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When an asset may be changed.

    Attributes:
        asset_names: all that have it. words: the window; empty where nobody said. opens_at: next; None where unknown.
    """

    asset_names: tuple[str, ...]
    words: str
    opens_at: datetime | None

    @property
    def where(self) -> str:
        """The assets in a sentence."""
        return wording.names(self.asset_names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """An action with everything behind it.

    Attributes:
        exemption: the exception that runs, or the last one. cases: forensic cases about its vulnerabilities.
        windows: when its assets may be changed.
    """

    action: Action
    exemption: Exemption | None
    cases: tuple[ForensicCase, ...]
    windows: tuple[Window, ...]
    steps: wording.Steps
    letter: str
    matches: tuple[Match, ...]
    history: tuple[Step, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAsset:
    """What stands on one asset: its actions, the most pressing first, and its matches, the present ones first."""

    actions: tuple[Action, ...]
    matches: tuple[Match, ...]
